#!/bin/sh
# A dynamic inventory: ansible-inventory -i contrib/ansible/vigie.sh --graph
# Ansible calls it with --list or --host NAME. VIGIE is the program, VIGIE_OPTIONS what it takes
# beside (such as: --fresh, --demo, --config FILE).
# shellcheck disable=SC2086
exec "${VIGIE:-vigie}" inventory ${VIGIE_OPTIONS:-} "$@"
