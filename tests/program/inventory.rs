//! `vigie inventory` where nothing is known yet.

use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::Bed;

#[test]
fn what_nothing_was_heard_of_is_missing_and_said() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let said = |words: &[&str]| {
        let output = bed.run(words);
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        let list: serde_json::Value = serde_json::from_str(&text).unwrap();
        let hosts = list["_meta"]["hostvars"].as_object().unwrap().len();
        (hosts, String::from_utf8(output.stderr).unwrap())
    };
    let (hosts, told) = said(&["inventory"]);
    assert_eq!(hosts, 1, "the PBS alone");
    assert!(told.contains("missing here; `vigie inventory --fresh` asks now"), "{told}");
    bed.pull_the_plug();
    let (hosts, told) = said(&["inventory", "--fresh"]);
    assert_eq!(hosts, 1, "the PBS alone");
    assert!(told.contains("missing here\n"), "{told}");
    bed.mend();
    let (fresh, told) = said(&["inventory", "--fresh"]);
    assert!(fresh > 3 && told.is_empty(), "{told}");
    let (remembered, told) = said(&["inventory"]);
    assert_eq!((remembered, told.as_str()), (fresh, ""));
}
