import json
import os
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PORTAL, TOKEN = os.environ["PORTAL"], os.environ["TOKEN"]


def call(address, body=None):
    """The answer as JSON. Waits when the portal asks for it; any other refusal is an error with its sentence."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "zh-CN"}
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    while True:
        try:
            with urlopen(Request(address, data, headers)) as answer:
                return json.load(answer)
        except HTTPError as refusal:
            problem = json.load(refusal)
            if refusal.code != 429:
                raise SystemExit(
                    f"{problem['code']}: {problem['detail']} {problem.get('errors', '')}"
                ) from None
            time.sleep(int(refusal.headers["Retry-After"]))


def search(**parameters):
    """Every posting that fits, page after page."""
    address = f"{PORTAL}/api/v1/postings/?{urlencode(parameters, doseq=True)}"
    while address:
        page = call(address)
        yield from page["results"]
        address = page["next"]


for posting in search(q="养老护理", region="510108", page_size=50):
    print(posting["id"], posting["title"], posting["employer_name"], posting["pay"]["text"])

for application in call(f"{PORTAL}/api/v1/me/applications/")["results"]:
    print(application["posting"]["title"], application["status"]["label"])
