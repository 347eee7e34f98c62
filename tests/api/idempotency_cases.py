"""Idempotency-Key: an answer is computed once, however often its client asks."""
import threading

from api_case import ApiCase

CHAT = "/v1/chat/completions"


class IdempotencyTest(ApiCase):
    def ask(self, key, server=None, **more):
        body = self.chat_body("Tell me a story.", temperature=1.3, **more)
        return self.server.send("POST", CHAT, body, {"idempotency-key": key})

    def test_the_same_answer_once_computed(self):
        before = self.server.total("vllm:request_success_total")
        one, other = self.ask("once"), self.ask("once")
        self.assertEqual(one.status, 200)
        self.assertEqual(one.body, other.body)
        self.assertEqual(self.server.total("vllm:request_success_total") - before, 1)
        self.assertNotEqual(self.ask("twice").json["id"], one.json["id"])

    def test_each_gets_its_own_request_id(self):
        ids = []
        for id_, origin in (("req-one", "http://localhost:1"), ("req-other", None)):
            headers = {"idempotency-key": "ids", "x-request-id": id_}
            headers |= {"origin": origin} if origin else {}
            answer = self.send("POST", CHAT, self.chat_body("Hi."), headers)
            self.assertEqual(answer.headers["x-request-id"], id_)
            self.assertEqual(answer.headers.get("access-control-allow-origin"), origin)
            ids.append(answer.json["id"])
        self.assertEqual(ids[0], ids[1])

    def test_a_deadline_in_headers_is_part_of_the_request(self):
        body = self.chat_body("Hi.")
        for total, status in (("60000", 200), ("60000", 200), ("59000", 422)):
            self.send("POST", CHAT, body, {"idempotency-key": "deadline",
                                           "x-deadline-total-ms": total}, status)

    def test_another_request_with_the_same_key_is_refused(self):
        self.assertEqual(self.ask("mine").status, 200)
        answer = self.ask("mine", max_completion_tokens=3)
        self.judged("POST", CHAT, answer)
        self.assertEqual(answer.status, 422)
        self.assertEqual(answer.json["error"]["code"], "idempotency_key_reused")

    def test_one_that_comes_meanwhile_joins(self):
        for stream in (False, True):
            answers = []
            threads = [threading.Thread(target=lambda: answers.append(self.ask(
                f"join {stream}", stream=stream, max_completion_tokens=60))) for _ in range(4)]
            before = self.server.total("vllm:request_success_total")
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual({answer.status for answer in answers}, {200})
            self.assertEqual(len({answer.body for answer in answers}), 1)
            self.assertEqual(self.server.total("vllm:request_success_total") - before, 1)

    def test_it_goes_on_without_its_client(self):
        body = self.chat_body("Tell me a story.", temperature=1.3, stream=True,
                              max_completion_tokens=80)
        connection, response = self.server.begin("POST", CHAT, body, {"idempotency-key": "lost"})
        first = response.readline()
        response.close()
        connection.close()
        again = self.send("POST", CHAT, body, {"idempotency-key": "lost"})
        self.assertTrue(again.body.startswith(first))
        self.assertTrue(again.body.endswith(b"data: [DONE]\n\n"))

    def test_an_error_is_remembered_and_a_key_has_its_size(self):
        one, other = self.ask("bad", n=0), self.ask("bad", n=0)
        self.assertEqual((one.status, one.body), (400, other.body))
        answer = self.ask("k" * 256)
        self.judged("POST", CHAT, answer)
        self.assertEqual(answer.status, 400)
