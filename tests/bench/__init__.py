"""The benchmark of the platform contract beside a bare Django view: `make bench`, explained in docs/benchmarks.md."""
