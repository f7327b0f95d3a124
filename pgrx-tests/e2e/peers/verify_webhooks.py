"""Verifies webhooks with PyPI's standardwebhooks: JSON lines of secret, headers and body; one word each."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    delivery = json.loads(line)
    try:
        Webhook(delivery["secret"]).verify(delivery["body"], delivery["headers"])
        print("good")
    except WebhookVerificationError as error:
        print(f"bad: {error}")
