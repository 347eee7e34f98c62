"""/v1/responses/{id}: what becomes of a response behind its making."""
import collections
import json
import threading
import time

import openai

from api_case import MODEL, ApiCase
from served import wait_until

LONG = {"max_output_tokens": 600, "extra_body": {"ignore_eos": True}}


class StoredResponsesTest(ApiCase):
    def respond(self, given="Name three colours.", **more):
        options = {"temperature": 0, "max_output_tokens": 24} | more
        return self.client.responses.create(model=MODEL, input=given, **options)

    def assert_gone(self, id_):
        for method, more in (("GET", ""), ("DELETE", ""), ("GET", "/input_items"),
                             ("POST", "/cancel"), ("GET", "?stream=true")):
            self.refusal(f"/v1/responses/{id_}{more}", None, 404, method=method)
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve(id_)

    def test_a_response_is_found_again(self):
        made = self.respond()
        found = self.client.responses.retrieve(made.id)
        self.assertEqual(found.model_dump(), made.model_dump())

    def test_an_acknowledged_response_is_continued_at_once(self):
        statuses = []

        def talk():
            connection, last = self.server.connect(), {}
            for _ in range(30):
                body = {"input": "Hi.", "max_output_tokens": 16, "truncation": "auto"} | last
                connection.request("POST", "/v1/responses", json.dumps(body).encode())
                response = connection.getresponse()
                answer = json.loads(response.read())
                statuses.append(response.status)
                last = {"previous_response_id": answer["id"]} if response.status == 200 else {}
            connection.close()
        talkers = [threading.Thread(target=talk) for _ in range(6)]
        for talker in talkers:
            talker.start()
        for talker in talkers:
            talker.join()
        self.assertEqual(collections.Counter(statuses), {200: 180})

    def test_a_stream_is_told_again_from_where_it_broke(self):
        made = self.events("/v1/responses", {"input": "Hi.", "max_output_tokens": 16,
                                             "stream": True})
        id_ = made[0][1]["response"]["id"]
        path = f"/v1/responses/{id_}?stream=true"
        self.assertEqual(self.events(path, None, method="GET"), made)
        self.assertEqual(self.events(path + "&starting_after=4", None, method="GET"), made[5:])
        self.assertEqual(self.events(path + "&starting_after=9999", None, method="GET"), [])
        stream = self.client.responses.retrieve(id_, stream=True, starting_after=4)
        self.assertEqual([event.sequence_number for event in stream],
                         list(range(5, len(made))))

    def test_wrong_queries_are_refused(self):
        id_ = self.respond().id
        for query, param in (("stream=true&starting_after=x", "starting_after"),
                             ("starting_after=3", "starting_after"),
                             ("stream=true&starting_after=-7", "starting_after")):
            self.refusal(f"/v1/responses/{id_}?{query}", None, method="GET", param=param)
        for query, param in (("limit=0", "limit"), ("limit=101", "limit"), ("order=up", "order")):
            self.refusal(f"/v1/responses/{id_}/input_items?{query}", None, method="GET",
                         param=param)

    def test_input_items_are_listed_in_pages(self):
        given = [{"role": "user", "content": f"Message {i}."} for i in range(5)]
        made = self.respond(given)
        items = list(self.client.responses.input_items.list(made.id, order="asc", limit=2))
        self.assertEqual([item.content[0].text for item in items],
                         [one["content"] for one in given])
        newest = self.client.responses.input_items.list(made.id, limit=2)
        self.assertEqual([item.content[0].text for item in newest.data],
                         ["Message 4.", "Message 3."])
        self.assertTrue(newest.has_more)

    def test_a_deleted_response_is_gone(self):
        made = self.respond()
        answer = self.send("DELETE", f"/v1/responses/{made.id}").json
        self.assertEqual(answer, {"id": made.id, "object": "response", "deleted": True})
        self.assert_gone(made.id)
        made = self.respond()
        self.client.responses.delete(made.id)
        self.assert_gone(made.id)
        self.refusal("/v1/responses", {"input": "x", "previous_response_id": made.id},
                     code="previous_response_not_found")

    def test_a_conversation_that_lost_an_earlier_response_says_so(self):
        first = self.respond()
        second = self.respond("And more.", previous_response_id=first.id)
        self.client.responses.delete(first.id)
        error = self.refusal("/v1/responses", {"input": "x", "previous_response_id": second.id},
                             code="previous_response_not_found", param="previous_response_id")
        self.assertIn("earlier response", error["message"])
        self.assertIn("deleted", error["message"])

    def test_a_reader_that_does_not_read_holds_up_nobody(self):
        made = self.respond("Tell me a story.", background=True,
                            **LONG | {"max_output_tokens": 200})
        connection, _ = self.server.begin("GET", f"/v1/responses/{made.id}?stream=true")
        self.assertTrue(wait_until(
            lambda: self.client.responses.retrieve(made.id).status == "incomplete", 60))
        connection.close()

    def test_what_is_not_to_be_stored_is_not(self):
        self.assert_gone(self.respond(store=False).id)

    def test_one_that_never_was(self):
        self.assert_gone("resp_0123456789")
        self.assert_gone("..%2f..%2fetc")

    def test_in_the_background_until_it_is_complete(self):
        made = self.respond(background=True)
        self.assertIn(made.status, ("queued", "in_progress"))

        def is_over():
            return self.client.responses.retrieve(made.id).status not in ("queued", "in_progress")
        self.assertTrue(wait_until(is_over, 60))
        found = self.client.responses.retrieve(made.id)
        self.assertEqual(found.output_text, self.respond().output_text)

    def test_a_background_response_is_cancelled(self):
        made = self.respond("Tell me a long story.", background=True, **LONG)
        cancelled = self.client.responses.cancel(made.id)
        self.assertEqual(cancelled.status, "cancelled")
        self.assertEqual(self.client.responses.retrieve(made.id).status, "cancelled")
        self.assertEqual(self.client.responses.cancel(made.id).status, "cancelled")
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"]))

    def test_a_background_stream_goes_on_without_its_reader_and_is_resumed(self):
        body = {"input": "Tell me a story.", "max_output_tokens": 120, "background": True,
                "stream": True, "ignore_eos": True, "temperature": 0}
        connection, response = self.server.begin("POST", "/v1/responses", body)
        line = b""
        while not line.startswith(b"data: "):
            line = response.readline()
        id_ = line.split(b'"id":"')[1].split(b'"')[0].decode()
        connection.close()
        path = f"/v1/responses/{id_}?stream=true"
        events = self.events(path, None, method="GET")
        self.assertEqual(events[-1][0], "response.incomplete")
        self.assertEqual(events[-1][1]["response"]["usage"]["output_tokens"], 120)
        self.assertEqual(self.events(path, None, method="GET"), events)

    def test_one_that_is_not_in_the_background_ends_with_its_connection(self):
        body = {"input": "Tell me a story.", "max_output_tokens": 1500, "stream": True,
                "ignore_eos": True}
        connection, response = self.server.begin("POST", "/v1/responses", body)
        response.readline()
        id_ = response.readline().split(b'"id":"')[1].split(b'"')[0].decode()
        error = self.refusal(f"/v1/responses/{id_}/cancel", None)
        self.assertIn("background", error["message"])
        response.close()
        connection.close()
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"]))

    def test_a_response_deleted_while_it_is_made_does_not_come_back(self):
        made = self.respond("Tell me a long story.", background=True, **LONG)
        self.client.responses.delete(made.id)
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"]))
        self.assertTrue(wait_until(lambda: self.server.send(
            "GET", f"/v1/responses/{made.id}").status == 404))
        time.sleep(0.2)
        self.assert_gone(made.id)

    def test_readers_of_a_cancelled_response_come_to_an_end(self):
        made = self.respond("Tell me a long story.", background=True, **LONG)
        connection, response = self.server.begin("GET", f"/v1/responses/{made.id}?stream=true")
        while b"output_text.delta" not in response.readline():
            pass
        self.client.responses.cancel(made.id)
        self.assertTrue(response.read().endswith(b"data: [DONE]\n\n"))
        connection.close()

    def test_several_readers_of_one_response_hear_the_same(self):
        made = self.respond("Tell me a story.", background=True,
                            **LONG | {"max_output_tokens": 100})
        heard = []

        def read():
            heard.append(self.events(f"/v1/responses/{made.id}?stream=true", None, method="GET"))
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.assertEqual(len(heard), 4)
        self.assertTrue(all(one == heard[0] for one in heard))
