#!/usr/bin/env bash
# Starts and stops a real SLURM of one node, this machine, for the tests. Needs root, and Debian's slurm-wlm and munge.
# Usage: tools/slurm-en-node.sh start FOLDER | drep FOLDER | stopp FOLDER
#   drep: the node dies with all that runs on it, the controller is told, and the node comes back.
# The configuration is linked from /etc/slurm, for what runs inside a job finds it nowhere else; one that is there is left.
set -euo pipefail
what=$1
folder=$(realpath -m "$2")
template=$(realpath "$(dirname "$0")/../tests/slurm/slurm.conf")
conf=/etc/slurm/slurm.conf
host=$(hostname -s)

stop_process() { # The file with its number; the signal.
  if [ -f "$1" ]; then kill "-$2" "$(cat "$1")" 2>/dev/null || true; fi
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
    if [ -e $conf ] || [ -L $conf ]; then echo "Maskinen har et SLURM fra før: $conf finnes." >&2; exit 1; fi
    mkdir -p "$folder/state" "$folder/spool" /etc/slurm
    memory=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024 * 9 / 10))
    sed "s|@DIR@|$folder|; s|@HOST@|$host|; s|@CPUS@|$(nproc)|; s|@MEMORY@|$memory|" "$template" >"$folder/slurm.conf"
    ln -s "$folder/slurm.conf" $conf
    if [ ! -S /run/munge/munge.socket.2 ]; then
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
    stop_process "$folder/slurmd.pid" KILL
    # What runs a job has a session of its own, and so has the job; nothing else on the machine is touched.
    for step in $(pgrep -x slurmstepd || true); do pkill -KILL -s "$(ps -o sess= -p "$step" | tr -d ' ')" || true; done
    scontrol update nodename="$host" state=down reason=proeve
    slurmd
    wait_for_node
    ;;
  stopp)
    scancel --user=root 2>/dev/null || true
    stop_process "$folder/slurmd.pid" TERM
    stop_process "$folder/slurmctld.pid" TERM
    if [ -f "$folder/own-munge" ]; then stop_process /run/munge/munged.pid TERM; fi
    if [ "$(readlink $conf || true)" = "$folder/slurm.conf" ]; then rm $conf; fi
    ;;
esac
