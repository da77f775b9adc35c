"""What runwright costs beside doing the same by hand; `make bench` measures it and writes `docs/benchmarks.md`."""
