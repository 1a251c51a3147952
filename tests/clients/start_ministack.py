"""Starts ministack, which stands for a maker's AWS account, as it is but for one name.

Its gateway tells MQTT over WebSocket from other WebSockets by the host's name,
`*.iot.REGION.localhost`, which many systems resolve to nothing. Here `localhost`
itself is also taken for it. Signatures, policies and the broker are untouched.
"""

import re

from ministack import app

app._IOT_DATA_WS_RE = re.compile(app._IOT_DATA_WS_RE.pattern + r"|^localhost(:\d+)?$")
app.main()
