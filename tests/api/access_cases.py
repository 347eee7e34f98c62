"""Who may come in, and the answers of HTTP itself."""
import json
import socket
import tempfile

import openai

from api_case import ApiCase, models
from conformance import problems

CHAT = "/v1/chat/completions"
BODY = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}


class KeyTest(ApiCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="byeol api ")
        cls.addClassCleanup(folder.cleanup)
        cls.serve("--api-key", "first", "--api-key", "second", "--body-kb", 64, "--header-kb", 8,
                  "--cors-origin", "https://example.org", model=models.tiny_chat(folder.name))

    def bearer(self, key):
        return {"authorization": "Bearer " + key}

    def test_without_a_key_there_is_nothing(self):
        for headers in ({}, self.bearer("wrong"), self.bearer(""), self.bearer("firs"),
                        self.bearer("firstt"), {"authorization": "first"},
                        {"authorization": "Basic Zmlyc3Q="}):
            self.refusal(CHAT, BODY, 401, code="invalid_api_key", headers=headers)
        for method, path in (("GET", "/metrics"), ("GET", "/v1/models"),
                             ("GET", "/v1/byeol/scheduler"), ("GET", "/v1/responses/resp_1"),
                             ("GET", "/nothing")):
            self.refusal(path, None, 401, method=method)

    def test_the_clients_error_class(self):
        with self.assertRaises(openai.AuthenticationError):
            self.client_of(self.server, "wrong").models.list()

    def test_each_key_opens(self):
        for key in ("first", "second"):
            self.assertEqual(len(self.client_of(self.server, key).models.list().data), 1)

    def test_health_and_the_page_are_open(self):
        for path in ("/health", "/ready", "/"):
            self.send("GET", path)

    def test_a_key_is_a_tenant_of_its_own(self):
        # The same Idempotency-Key of two tenants names two requests.
        ids = [self.send("POST", CHAT, BODY, self.bearer(key) | {"idempotency-key": "same"})
               .json["id"] for key in ("first", "second", "first")]
        self.assertNotEqual(ids[0], ids[1])
        self.assertEqual(ids[0], ids[2])

    def test_the_scheme_may_be_written_in_any_case(self):
        for scheme in ("bearer", "BEARER"):
            self.send("GET", "/v1/models", None, {"authorization": scheme + " first"})

    def test_responses_are_their_tenants(self):
        mine, other = self.client_of(self.server, "first"), self.client_of(self.server, "second")
        made = mine.responses.create(model="default", input="hi", max_output_tokens=16)
        never = "resp_0123456789"
        for method, more in (("GET", ""), ("GET", "?stream=true"), ("GET", "/input_items"),
                             ("POST", "/cancel"), ("DELETE", "")):
            one, unknown = (self.refusal(f"/v1/responses/{id_}{more}", None, 404, method=method,
                                         headers=self.bearer("second"))
                            for id_ in (made.id, never))
            self.assertEqual(one["message"].replace(made.id, never), unknown["message"])
        with self.assertRaises(openai.BadRequestError) as caught:
            other.responses.create(model="default", input="hi", previous_response_id=made.id)
        self.assertEqual(caught.exception.code, "previous_response_not_found")
        self.assertEqual(mine.responses.retrieve(made.id).model_dump(), made.model_dump())
        mine.responses.create(model="default", input="hi", previous_response_id=made.id,
                              max_output_tokens=16)

    def test_a_body_that_is_too_large(self):
        body = b'{"messages":[{"role":"user","content":"' + b"a" * 65536 + b'"}]}'
        answer = self.server.send("POST", CHAT, body, self.bearer("first"))
        self.assertEqual(answer.status, 413)
        self.assertIn("65536", answer.json["error"]["message"])

    def test_a_header_that_is_too_large(self):
        answer = self.server.send("GET", "/health", None, {"x-filler": "a" * 9000})
        self.assertEqual(answer.status, 431)
        self.assertIn("8192", answer.json["error"]["message"])

    def test_pages_of_other_origins_ask_first(self):
        for origin, allowed in (("https://example.org", True), ("http://localhost:5173", True),
                                ("http://127.0.0.1", True), ("https://evil.example", False),
                                ("http://localhost.evil.example", False)):
            answer = self.server.send("OPTIONS", CHAT, None, {
                "origin": origin, "access-control-request-method": "POST",
                "access-control-request-headers": "authorization, content-type, x-stainless-os"})
            self.assertEqual(answer.status, 204)
            self.assertEqual(answer.headers.get("access-control-allow-origin"),
                             origin if allowed else None)
            if allowed:
                self.assertIn("POST", answer.headers["access-control-allow-methods"])
                self.assertIn("x-stainless-os", answer.headers["access-control-allow-headers"])

    def test_errors_can_be_read_by_pages_too(self):
        answer = self.server.send("POST", CHAT, BODY, {"origin": "https://example.org"})
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.headers["access-control-allow-origin"], "https://example.org")
        self.assertIn("x-request-id", answer.headers["access-control-expose-headers"])


class PageTest(ApiCase):
    """Pages of the web, and a server of this machine that wants no key."""

    def page(self, headers, status, code=None):
        answer = self.send("POST", CHAT, json.dumps(BODY).encode(),
                           {"content-type": "text/plain"} | headers, status)
        if code is not None:
            self.assertEqual(answer.json["error"]["code"], code)

    def test_those_of_the_web_may_not_call(self):
        for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
            self.page({"origin": origin}, 403, "origin_not_allowed")

    def test_a_name_that_leads_here_is_none_of_ours(self):
        port = self.server.port
        self.page({"host": f"evil.example:{port}", "origin": f"http://evil.example:{port}"}, 403,
                  "host_not_allowed")
        self.page({"host": "127.0.0.1.evil.example"}, 403, "host_not_allowed")

    def test_our_own_page_and_programs_may(self):
        port = self.server.port
        self.page({"origin": f"http://{self.server.host}:{port}"}, 200)
        self.page({"host": f"localhost:{port}", "origin": f"http://localhost:{port}"}, 200)
        self.page({"host": "localhost"}, 200)
        self.page({}, 200)


class HttpTest(ApiCase):
    def test_a_path_that_is_not_there(self):
        for path in ("/nothing", "/v1", "/v1/chat", "/v1/chat/completions/", "//", "/v1/models/",
                     "/v1/responses/a/b"):
            self.refusal(path, None, 404, method="GET")

    def test_a_path_that_is_none(self):
        for path in ("/%00", "/%zz", "/%"):
            answer = self.server.send("GET", path)
            self.assertEqual(answer.status, 400)
            self.assertIn("%", answer.json["error"]["message"])

    def test_another_method_than_the_paths(self):
        for method, path, allowed in (("GET", CHAT, "POST"), ("DELETE", "/v1/models", "GET"),
                                      ("PUT", "/v1/responses/resp_1", "GET, DELETE"),
                                      ("POST", "/health", "GET"), ("PATCH", "/", "GET"),
                                      ("BREW", "/v1/completions", "POST")):
            answer = self.send(method, path, None, status=405)
            self.assertEqual(answer.headers["allow"], allowed)

    def test_a_request_id_is_given_back_or_made(self):
        for path in ("/health", "/nothing", CHAT):
            answer = self.server.send("GET", path, None, {"x-request-id": "mine-7"})
            self.assertEqual(answer.headers["x-request-id"], "mine-7")
        made = {self.server.send("GET", "/health").headers["x-request-id"] for _ in range(3)}
        self.assertEqual(len(made), 3)

    def test_the_client_shows_the_request_id(self):
        self.assertTrue(self.chat()._request_id)
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat(temperature=9)
        self.assertTrue(caught.exception.request_id)

    def test_what_it_took_is_told(self):
        answer = self.send("POST", CHAT, self.chat_body())
        self.assertGreater(int(answer.headers["openai-processing-ms"]), 0)

    def test_requests_follow_one_another_on_a_connection(self):
        with socket.create_connection((self.server.host, self.server.port), 30) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
            got = b""
            while got.count(b'{"status":"ok"}') < 3:
                part = connection.recv(65536)
                self.assertTrue(part, got)
                got += part
        self.assertEqual(got.count(b"HTTP/1.1 200 OK"), 3)

    def exchange(self, request, last):
        """What comes back for these bytes, up to `last` or the end of the connection."""
        with socket.create_connection((self.server.host, self.server.port), 60) as connection:
            connection.sendall(request)
            got = b""
            while last not in got:
                part = connection.recv(65536)
                if not part:
                    break
                got += part
        return got

    def test_a_client_of_http_1_0_gets_a_stream_without_chunks(self):
        body = json.dumps(self.chat_body(stream=True)).encode()
        got = self.exchange(b"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s"
                            % (len(body), body), b"nothing that comes")
        head, _, events = got.partition(b"\r\n\r\n")
        self.assertIn(b" 200 ", head)
        self.assertNotIn(b"chunked", head.lower())
        self.assertEqual(problems("POST", CHAT, 200, "text/event-stream", events), [])

    def test_who_asks_whether_to_go_on_is_told_so(self):
        body = json.dumps(BODY).encode()
        head = (b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        self.assertTrue(self.exchange(head, b"\r\n\r\n").startswith(b"HTTP/1.1 100 Continue"))
        self.assertIn(b"HTTP/1.1 200 OK", self.exchange(head + body, b'"usage"'))

    def test_a_chunked_request_is_read(self):
        def parts():
            yield b'{"messages":[{"role":"user",'
            yield b'"content":"hi"}],"max_tokens":2}'
        connection = self.server.connect()
        connection.request("POST", CHAT, parts(), {"content-type": "application/json"},
                           encode_chunked=True)
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def test_the_clients_error_classes(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.chat.completions.create(model="gpt-none", messages=BODY["messages"])
        self.assertEqual(caught.exception.code, "model_not_found")
        self.assertEqual(caught.exception.param, "model")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat(top_p=2)
        self.assertEqual(caught.exception.param, "top_p")
        self.assertEqual(caught.exception.type, "invalid_request_error")
