#!/bin/bash
# A folder of pictures as a Slurm array, a part for each of its tasks:
#   sbatch --array=0-7 deploy/slurm.sh denoise /data/scans --recursive --out /data/results
# Submitted again, however it ended, it makes what is not there yet. Afterwards: ganprior report rows-*.jsonl --html summary.html
#SBATCH --job-name=ganprior
#SBATCH --cpus-per-task=2
#SBATCH --array=0-7
set -eu
shard=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN))/$SLURM_ARRAY_TASK_COUNT
exec ${GANPRIOR:-ganprior} "$@" --shard "$shard" --threads "${SLURM_CPUS_PER_TASK:-1}" --report "rows-$SLURM_ARRAY_TASK_ID.jsonl"
