"""Projects that outlive the browser tab."""
