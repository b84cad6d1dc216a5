"""The workloads written for each library that is compared: one file per library, one function per workload.

A library is imported when its function is called, in a process of its own.
"""
