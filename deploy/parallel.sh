#!/bin/sh
# A folder of pictures on the cores of one machine, or on those that --sshloginfile names, with GNU parallel:
#   deploy/parallel.sh 4 denoise /data/scans --recursive --out /data/results
# Called again, however it ended, it makes what is not there yet. Afterwards: ganprior report rows-*.jsonl --html summary.html
set -eu
parts=$1
shift
exec parallel --jobs "${JOBS:-$parts}" --line-buffer --quote \
  ${GANPRIOR:-ganprior} "$@" --shard "{}/$parts" --threads "${THREADS:-1}" --report rows-{}.jsonl ::: $(seq "$parts")
