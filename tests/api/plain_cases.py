"""Models, tokens, health, metrics: what routers and load generators ask for."""
import openai

from api_case import MODEL, ApiCase
from served import wait_until

VLLM = ["num_requests_running", "num_requests_waiting", "kv_cache_usage_perc",
        "gpu_cache_usage_perc", "cache_config_info", "prefix_cache_queries_total",
        "prefix_cache_hits_total", "num_preemptions_total", "prompt_tokens_total",
        "generation_tokens_total", "request_success_total"]
VLLM_HISTOGRAMS = ["iteration_tokens_total", "time_to_first_token_seconds",
                   "inter_token_latency_seconds", "e2e_request_latency_seconds",
                   "request_queue_time_seconds", "request_prefill_time_seconds",
                   "request_decode_time_seconds", "request_prompt_tokens",
                   "request_generation_tokens", "request_params_max_tokens"]
OURS = ["byeol_turns_total", "byeol_finished_early_total", "byeol_step_prediction_error_ratio",
        "byeol_prefix_tokens", "byeol_guarantees_missed", "byeol_connections"]


class PlainTest(ApiCase):
    def test_the_models(self):
        listed = self.client.models.list().data
        self.assertEqual([model.id for model in listed], [MODEL])
        self.assertEqual(self.client.models.retrieve(MODEL).id, MODEL)
        self.assertEqual(self.send("GET", "/v1/models").json["data"][0]["max_model_len"], 2048)
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.models.retrieve("gpt-none")
        self.assertEqual(caught.exception.code, "model_not_found")
        self.refusal("/v1/models/some/other", None, 404, method="GET", code="model_not_found")

    def test_a_text_comes_back_from_its_tokens(self):
        for text in ("Hello, world!", "안녕하세요, 별!", "\N{GRINNING FACE} fish\nand  chips\t",
                     "<|im_start|>user\nhi<|im_end|>", "a\u0000b", "", " ", "ß" * 300):
            tokens = self.post("/tokenize", {"prompt": text, "add_special_tokens": False})
            self.assertEqual(tokens["count"], len(tokens["tokens"]))
            back = self.post("/detokenize", {"tokens": tokens["tokens"]})
            self.assertEqual(back["prompt"], text)

    def test_llama_cpps_names_work_too(self):
        one = self.post("/tokenize", {"content": "Hello there"})["tokens"]
        self.assertEqual(one, self.tokens("Hello there"))
        self.assertEqual(self.post("/detokenize", {"tokens": one})["content"], "Hello there")

    def test_messages_are_tokenized_as_chat_reads_them(self):
        messages = [{"role": "user", "content": "Name three colours."}]
        tokens = self.post("/tokenize", {"messages": messages})
        self.assertEqual(tokens["count"], self.chat().usage.prompt_tokens)

    def test_wrong_tokens_are_refused(self):
        self.refusal("/tokenize", {}, param="prompt")
        self.refusal("/tokenize", {"prompt": 7}, param="prompt")
        self.refusal("/detokenize", {}, param="tokens")
        self.refusal("/detokenize", {"tokens": ["a"]}, param="tokens[0]")
        self.refusal("/detokenize", {"tokens": [10**7]}, param="tokens")

    def test_health_and_readiness(self):
        for path in ("/health", "/ready"):
            self.assertEqual(self.send("GET", path).json, {"status": "ok"})

    def test_the_playground_is_at_the_root(self):
        page = self.send("GET", "/")
        self.assertTrue(page.headers["content-type"].startswith("text/html"))
        self.assertIn(b"<html", page.body.lower())

    def test_head_is_get_without_its_body(self):
        answer = self.server.send("HEAD", "/v1/models")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertGreater(int(answer.headers["content-length"]), 100)

    def test_metrics_have_the_names_that_dashboards_know(self):
        self.chat()
        found = {name for name, _ in self.server.metrics()}
        wanted = {"vllm:" + name for name in VLLM} | set(OURS)
        for name in ["vllm:" + name for name in VLLM_HISTOGRAMS] + [
                "byeol_step_seconds", "byeol_cached_prompt_tokens",
                "http_request_duration_seconds"]:
            wanted |= {name + end for end in ("_bucket", "_sum", "_count")}
        self.assertEqual(wanted - found, set())
        labels = [labels for name, labels in self.server.metrics()
                  if name == "vllm:num_requests_running"]
        self.assertIn(f'model_name="{MODEL}"', labels[0])

    def test_metrics_count(self):
        names = ["vllm:generation_tokens_total", "vllm:prompt_tokens_total",
                 "vllm:request_success_total", "byeol_turns_total",
                 "vllm:e2e_request_latency_seconds_count", "vllm:prefix_cache_queries_total",
                 "vllm:time_to_first_token_seconds_count"]
        before = [self.server.total(name) for name in names]
        usage = self.chat("A question for the metrics.").usage
        grown = [self.server.total(name) - value for name, value in zip(names, before)]
        self.assertEqual(grown, [usage.completion_tokens, usage.prompt_tokens, 1, 1, 1,
                                 usage.prompt_tokens, 1])

    def test_histograms_add_up(self):
        self.chat()
        metrics = self.server.metrics()
        buckets = [(labels, value) for (name, labels), value in metrics.items()
                   if name == "vllm:time_to_first_token_seconds_bucket"]
        values = [value for _, value in buckets]
        self.assertEqual(values, sorted(values))
        self.assertIn('le="+Inf"', buckets[-1][0])
        self.assertEqual(values[-1], self.server.total("vllm:time_to_first_token_seconds_count"))

    def test_metrics_say_what_they_are(self):
        answer = self.send("GET", "/metrics")
        self.assertTrue(answer.headers["content-type"].startswith("text/plain; version=0.0.4"))

    def test_the_scheduler_is_seen_at_work(self):
        self.assertTrue(wait_until(lambda: not self.server.scheduler()["turns"]))
        state = self.send("GET", "/v1/byeol/scheduler").json
        self.assertGreater(state["kv"]["capacity_tokens"], 2000)
        connection, response = self.server.begin("GET", "/v1/byeol/scheduler?stream=true")
        self.assertTrue(response.readline().startswith(b'data: {"now_ms":'))
        response.close()
        connection.close()
