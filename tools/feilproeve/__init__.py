"""A harness of faults: what happens to files and processes while an edition is made, tried one by one."""
