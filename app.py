"""The ASGI entry: the app in `ui/main.py`, behind the headers a browser should get.

A plain script here would be bypassed: beside a folder called `pages`, a fresh server
answers a deep link with the legacy loader, which never runs the entry script.
"""

import streamlit as st
from starlette.middleware import Middleware

from ui.headers import SecurityHeaders

app = st.App("ui/main.py", middleware=[Middleware(SecurityHeaders)])
