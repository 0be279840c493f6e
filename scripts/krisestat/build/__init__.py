"""What Snakemake needs: the edition, its files, the job, the lock."""
