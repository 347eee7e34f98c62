"""The command line: TLS, configuration files, and what `serve` says where it cannot."""
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from api_case import ApiCase, models
from served import Served


class OptionTest(ApiCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.model = models.tiny_chat(folder.name)
        cls.server = cls.shared

    def refused(self, *options, expect, model=None):
        """The one sentence that it ends with."""
        command = [Served.program, "serve", "--no-calibration", "--model", model or self.model]
        if "--port" not in options:
            command += ["--port", "0"]
        done = subprocess.run([*map(str, command), *map(str, options)], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, expect, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("byeol serve: "), done.stderr)
        return done.stderr

    def config(self, text):
        path = self.folder / "byeol.toml"
        path.write_text(text)
        return path

    def test_a_port_in_use(self):
        sentence = self.refused("--port", str(self.server.port), expect=1)
        self.assertIn(str(self.server.port), sentence)

    def test_wrong_options(self):
        for options in (["--port", "x"], ["--port", "70000"], ["--queue", "0"], ["--nonsense"],
                        ["--drain-s", "-1"], ["--api-key", ""], ["--tls-cert", "only-one.pem"]):
            self.refused(*options, expect=2)

    def test_files_that_are_not_there(self):
        for options in (["--store", "/nowhere/x.sqlite"], ["--request-log", "/nowhere/x"]):
            self.assertIn("/nowhere", self.refused(*options, expect=1))
        sentence = self.refused("--config", "/nowhere.toml", expect=2)
        self.assertIn("/nowhere.toml", sentence)
        sentence = self.refused("--host", "no.such.host.invalid", expect=2)
        self.assertIn("no.such.host.invalid", sentence)

    def test_a_configuration_file(self):
        path = self.config('name = "star"\nmax-tokens = 3\napi-key = ["one", "two"]\n'
                           'no-access-log = true\n')
        with Served("--config", path, model=self.model) as server:
            self.assertEqual(server.send("GET", "/v1/models").status, 401)
            key = {"authorization": "Bearer two"}
            listed = server.send("GET", "/v1/models", None, key).json
            self.assertEqual(listed["data"][0]["id"], "star")
            answer = server.send("POST", "/v1/chat/completions", {
                "messages": [{"role": "user", "content": "hi"}], "ignore_eos": True}, key).json
            self.assertEqual(answer["usage"]["completion_tokens"], 3)

    def test_a_wrong_configuration_file(self):
        for text, part in (("nonsense = 1\n", "nonsense"), ("port = \n", "line 1"),
                           ("a = 1\nb = [\n", "line"), ("[section]\nport = 1\n", "section"),
                           ("max-tokens = \"x\"\n", "x"), ("queue = 0\n", "queue")):
            sentence = self.refused("--config", self.config(text), expect=2)
            self.assertIn(part, sentence)

    def test_over_tls(self):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("no openssl here, which makes the certificate")
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                        "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        with Served("--tls-cert", cert, "--tls-key", key, model=self.model) as server:
            self.assertTrue(server.url.startswith("https://"))
            with ssl.create_default_context(cafile=cert).wrap_socket(
                    socket.create_connection((server.host, server.port), 30),
                    server_hostname="127.0.0.1") as connection:
                self.assertIn(connection.version(), ("TLSv1.2", "TLSv1.3"))
            body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 8,
                    "stream": True}
            answer = server.send("POST", "/v1/chat/completions", body)
            self.assertTrue(answer.body.endswith(b"data: [DONE]\n\n"))
        self.refused("--tls-cert", cert, "--tls-key", cert, expect=2)
        self.refused("--tls-cert", "/nowhere.pem", "--tls-key", key, expect=2)

    def test_a_model_without_a_template_says_so(self):
        with Served(model=models.tiny()) as server:
            self.assertIn("template", server.stderr())
            answer = server.send("POST", "/v1/chat/completions", {
                "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4})
            self.judged("POST", "/v1/chat/completions", answer)

    def test_the_log_has_a_line_for_each_request_and_texts_only_where_wished(self):
        body = {"messages": [{"role": "user", "content": "a secret"}], "max_tokens": 2}
        for options, has_text in (((), False), (("--log-prompts",), True)):
            with Served(*options, model=self.model, access_log=True) as server:
                server.send("POST", "/v1/chat/completions", body, {"x-request-id": "find-me"})
                server.send("GET", "/nothing")
                server.stop()
                log = server.stderr()
            self.assertIn("find-me", log)
            self.assertIn("/v1/chat/completions", log)
            self.assertIn("404", log)
            self.assertEqual("a secret" in log, has_text)

    def test_answers_end_where_the_context_does(self):
        with Served(model=self.model) as server:
            for more in ({}, {"max_tokens": 100_000}):
                body = {"messages": [{"role": "user", "content": "hi"}], "ignore_eos": True} | more
                answer = server.send("POST", "/v1/chat/completions", body).json
                self.assertEqual(answer["usage"]["total_tokens"], 256)
                self.assertEqual(answer["choices"][0]["finish_reason"], "length")

    def test_an_open_address_without_a_key_warns(self):
        with Served("--host", "0.0.0.0", model=self.model) as server:
            self.assertIn("without an API key", server.stderr())
        with Served("--host", "0.0.0.0", "--api-key", "k", model=self.model) as server:
            self.assertNotIn("without an API key", server.stderr())
