#!/usr/bin/env bash
# Starts and stops a real SLURM of one node, this machine, for the tests. Needs root, and Debian's slurm-wlm and munge.
# Usage: tools/slurm-en-node.sh start FOLDER | drep FOLDER | stopp FOLDER
#   drep: the node dies with all that runs on it, the controller is told, and the node comes back.
# The configuration is linked from /etc/slurm, for what runs inside a job finds it nowhere else; one that is there is left.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
what=$1
folder=$(realpath -m "$2")
template=$(realpath "$(dirname "$0")/../tests/workflow/slurm.conf")
conf=/etc/slurm/slurm.conf
host=$(hostname -s)

stop_process() { # Its name; the file with its number; the signal. A number that another process has by now is left.
  local number
  number=$(cat "$2" 2>/dev/null) || return 0
  if [ "$(ps -o comm= -p "$number")" = "$1" ]; then kill "-$3" "$number"; fi
}

wait_for_node() {
  for _ in $(seq 100); do
    if sinfo --noheader --format=%t 2>/dev/null | grep -Eq '^(idle|mix|alloc)$'; then return 0; fi
    sleep 0.1
  done
  echo "Noden kom ikke opp: se $folder/slurmctld.log og $folder/slurmd.log." >&2
  return 1
}

case $what in
  start)
    [ "$(id -u)" = 0 ] || { echo "SLURM på én node må startes som root." >&2; exit 1; }
    for command in munged slurmctld slurmd; do
      command -v "$command" >/dev/null || { echo "Mangler $command: «sudo apt-get install slurm-wlm munge»." >&2; exit 1; }
    done
    left=$(readlink $conf || true)
    if [ -n "$left" ] && ! scontrol ping 2>/dev/null | grep -q ' is UP' && grep -qs '^ClusterName=krisestat$' "$left"; then
      bash "$0" stopp "$(dirname "$left")" # of a run of the tests that was killed
    fi
    if [ -e $conf ]; then echo "Maskinen har et SLURM fra før: $conf finnes." >&2; exit 1; fi
    mkdir -p "$folder/state" "$folder/spool" /etc/slurm
    memory=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024 * 9 / 10))
    sed "s|@DIR@|$folder|; s|@HOST@|$host|; s|@CPUS@|$(nproc)|; s|@MEMORY@|$memory|" "$template" >"$folder/slurm.conf"
    ln -sf "$folder/slurm.conf" $conf
    if ! munge -n >/dev/null 2>&1; then
      mkdir -p /run/munge
      chown munge: /run/munge
      setpriv --reuid munge --regid munge --init-groups munged
      touch "$folder/own-munge"
    fi
    slurmctld
    slurmd
    wait_for_node
    ;;
  drep)
    stop_process slurmd "$folder/slurmd.pid" KILL
    # What runs a job has a session of its own, and so has the job; nothing else on the machine is touched.
    for step in $(pgrep -x slurmstepd || true); do pkill -KILL -s "$(ps -o sess= -p "$step" | tr -d ' ')" || true; done
    scontrol update nodename="$host" state=down reason=proeve
    slurmd
    wait_for_node
    ;;
  stopp)
    scancel --user=root 2>/dev/null || true
    stop_process slurmd "$folder/slurmd.pid" TERM
    stop_process slurmctld "$folder/slurmctld.pid" TERM
    if [ -f "$folder/own-munge" ]; then stop_process munged /run/munge/munged.pid TERM; fi
    if [ "$(readlink $conf || true)" = "$folder/slurm.conf" ]; then rm $conf; fi
    ;;
esac
