"""A server that measured its speed first, so that its promises are no guesses."""
import tempfile

from api_case import ApiCase
from openai_schema import problem

CHAT = "/v1/chat/completions"
ENDLESS = {"ignore_eos": True, "temperature": 1, "seed": 11}


class DeadlineCase(ApiCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        cls.log = folder.name + "/requests.ndjson"
        cls.serve("--context", 2048, "--cache-tokens", 16384, "--request-log", cls.log,
                  calibrate=True)
        cls.server.send("POST", CHAT, {"messages": [{"role": "user", "content": "Warm up."}],
                                       "max_tokens": 20})

    def ask(self, deadline, headers=(), text="Tell me a long story.", **more):
        body = self.chat_body(text, **ENDLESS | {"max_completion_tokens": 20} | more)
        return self.server.send("POST", CHAT, body | ({"deadline": deadline} if deadline else {}),
                                headers)

    def report(self, answer):
        self.assertEqual(answer.status, 200, answer.body[:400])
        report = answer.json["deadline"]
        self.assertIsNone(problem("DeadlineReport", report))
        return report
