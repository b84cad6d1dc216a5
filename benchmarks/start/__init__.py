"""J: the tutorial's regression as whole programs, each as a person would write it with one library."""
