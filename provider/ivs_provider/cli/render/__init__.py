"""What a person sees of a Plan: plain text, the Markdown of a pull-request comment, a graph, and progress."""
