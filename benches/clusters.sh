#!/usr/bin/env bash
# Ten clusters polled at once beside each of them alone, over lines on which an answer takes 30 ms:
# wall time of one whole sweep, medians.
#   benches/clusters.sh [VIGIE]
set -euo pipefail
vigie=${1:-target/release/vigie}
rounds=5
dir=$(mktemp -d)
"$vigie" simulate --scaled 10 100 30 --delay 30 --config-out "$dir/all.toml" >"$dir/log" 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$dir"' EXIT
until [ -s "$dir/all.toml" ]; do kill -0 "$server"; sleep 0.05; done
# One file per site: what stands before the first, and that site.
awk -v dir="$dir" '
    /^\[\[site\]\]/ { site++; file = sprintf("%s/one-%02d.toml", dir, site); printf "%s", head > file }
    site { print > file; next }
    { head = head $0 "\n" }' "$dir/all.toml"

# Milliseconds of one sweep, the middle one of several; verdicts do not matter here.
sweep() {
    for _ in $(seq $rounds); do
        start=$(date +%s%N)
        "$vigie" --config "$1" report --no-memory --format json >/dev/null || [ $? -le 3 ]
        echo $((($(date +%s%N) - start) / 1000000))
    done | sort -n | sed -n "$((rounds / 2 + 1))p"
}

slowest=0
for one in "$dir"/one-*.toml; do
    took=$(sweep "$one")
    [ "$took" -le "$slowest" ] || slowest=$took
done
together=$(sweep "$dir/all.toml")
awk -v one="$slowest" -v all="$together" 'BEGIN {
    printf "slowest alone %d ms, ten at once %d ms: %.2f times\n", one, all, all / one
}'
