"""What pveum and proxmox-backup-manager answer, from a state in the file $VIGIE_STUB."""
import json, os, sys

def run(product, words):
    path = os.environ["VIGIE_STUB"] + "." + product
    state = json.load(open(path)) if os.path.exists(path) else {"users": [], "tokens": [], "acl": []}
    with open(path + ".calls", "a") as calls:
        calls.write(" ".join(words) + "\n")
    def keep():
        json.dump(state, open(path, "w"))
    rest = [w for w in words if w not in ("--output-format", "json")]
    as_json = "--output-format" in words
    match rest:
        case ["user", "list"] if as_json:
            print(json.dumps([{"userid": u, "enable": 1, "expire": 0} for u in ["root@pam", *state["users"]]]))
        case ["user", "add" | "create", user, "--comment", _]:
            if user in state["users"]:
                sys.exit(f"user '{user}' already exists")
            state["users"].append(user); keep()
        case ["user", "token", "list", user] | ["user", "list-tokens", user] if as_json:
            if user not in state["users"]:
                sys.exit(f"no such user ('{user}')")
            full = product == "pbs"
            print(json.dumps([{"tokenid": f"{user}!{t}" if full else t, "expire": 0} for t in state["tokens"]]))
        case ["user", "token", "add", user, token, "--privsep", "1"] if as_json and product == "pve":
            made(state, keep, user, token)
            print(json.dumps({"full-tokenid": f"{user}!{token}", "info": {"privsep": "1"}, "value": os.environ["VIGIE_STUB_SECRET"]}))
        case ["user", "generate-token", user, token] if product == "pbs":
            made(state, keep, user, token)
            print("Result: " + json.dumps({"tokenid": f"{user}!{token}", "value": os.environ["VIGIE_STUB_SECRET"]}, indent=2))
        case ["acl", "list"] if as_json:
            print(json.dumps(state["acl"]))
        case ["acl", "modify", at, "--users" | "--tokens", who, "--roles", role] if product == "pve":
            grant(state, keep, at, who, role)
        case ["acl", "update", at, role, "--auth-id", who] if product == "pbs":
            grant(state, keep, at, who, role)
        case _:
            sys.exit(f"unknown command: {words}")

def made(state, keep, user, token):
    if user not in state["users"] or token in state["tokens"]:
        sys.exit("no such user, or the token already exists")
    state["tokens"].append(token); keep()

def grant(state, keep, at, who, role):
    state["acl"].append({"path": at, "ugid": who, "roleid": role, "propagate": 1,
                         "type": "token" if "!" in who else "user", "ugid_type": "user"}); keep()
