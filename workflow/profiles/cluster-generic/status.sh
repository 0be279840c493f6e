#!/usr/bin/env bash
# What became of a job in the queue, as the executor wants it: running, success or failed. Usage: status.sh JOB
# A job that the controller has forgotten is asked for among the finished ones, where the cluster keeps accounts.
set -euo pipefail
state=$(squeue --noheader --states=all --jobs="$1" --format=%T 2>/dev/null || true)
[ -n "$state" ] || state=$(sacct --noheader --parsable2 --allocations --jobs="$1" --format=State 2>/dev/null || true)
case $state in
  COMPLETED*) echo success ;;
  PENDING* | RUNNING* | CONFIGURING* | COMPLETING* | SUSPENDED*) echo running ;;
  *) echo failed ;;
esac
