"""The only package, besides the pages and app.py, that may import streamlit."""
