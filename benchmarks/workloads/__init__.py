"""What is computed: for each workload its data, its TensorFlow 1 program and its hand-tuned numpy, the limit."""
