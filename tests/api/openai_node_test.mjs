// openai_node_test.mjs URL: OpenAI's client for Node against a server. Run by node_test.py, which
// says in NODE_ENV_DIR where the package is.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

const packages = createRequire(process.env.NODE_ENV_DIR + '/package.json');
const { default: OpenAI } = await import(pathToFileURL(packages.resolve('openai')));

const baseURL = process.argv[2] + '/v1';
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, timeout: 120_000 });
const model = 'default';
const messages = [{ role: 'user', content: 'What is the capital of France?' }];
const greedy = { model, messages, temperature: 0, max_completion_tokens: 40 };

test('an answer', async () => {
  const answer = await client.chat.completions.create(greedy);
  assert.match(answer.choices[0].message.content, /Paris/);
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.usage.total_tokens,
    answer.usage.prompt_tokens + answer.usage.completion_tokens);
  assert.ok(answer._request_id);
});

test('a stream of chunks is the same answer', async () => {
  const whole = await client.chat.completions.create(greedy);
  const stream = await client.chat.completions.create({
    ...greedy, stream: true, stream_options: { include_usage: true } });
  let text = '', usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test('the helper gathers a stream', async () => {
  const stream = client.chat.completions.stream(greedy);
  const deltas = [];
  stream.on('content', (delta) => deltas.push(delta));
  const content = await stream.finalContent();
  assert.equal(deltas.join(''), content);
});

test('who leaves a stream ends it', async () => {
  const stream = await client.chat.completions.create({
    ...greedy, stream: true, max_completion_tokens: 1500, ignore_eos: true });
  for await (const chunk of stream) if (chunk.choices[0].delta.content) break;
  for (let tries = 0; ; ++tries) {
    const state = await (await fetch(process.argv[2] + '/v1/byeol/scheduler')).json();
    if (state.turns.length === 0) break;
    assert.ok(tries < 500, 'the turn goes on');
    await new Promise((done) => setTimeout(done, 20));
  }
});

test('text completions', async () => {
  const answer = await client.completions.create({
    model, prompt: 'The capital of France is', max_tokens: 6, temperature: 0, logprobs: 2 });
  assert.match(answer.choices[0].text, /Paris/);
  assert.equal(answer.choices[0].logprobs.tokens.length, 6);
});

test('a response, whole, streamed, continued and deleted', async () => {
  const settings = { model, input: 'What is the capital of France?', temperature: 0,
    max_output_tokens: 60 };
  const whole = await client.responses.create(settings);
  assert.match(whole.output_text, /Paris/);
  const types = [];
  let text = '', id = '';
  for await (const event of await client.responses.create({ ...settings, stream: true })) {
    assert.equal(event.sequence_number, types.length);
    types.push(event.type);
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.completed') id = event.response.id;
  }
  assert.equal(text, whole.output_text);
  assert.deepEqual([...new Set(types)], [
    'response.created', 'response.in_progress', 'response.output_item.added',
    'response.content_part.added', 'response.output_text.delta', 'response.output_text.done',
    'response.content_part.done', 'response.output_item.done', 'response.completed']);
  const next = await client.responses.create({
    ...settings, input: 'And of Italy?', previous_response_id: id });
  assert.ok(next.usage.input_tokens > whole.usage.input_tokens);
  assert.equal((await client.responses.retrieve(id)).output_text, text);
  await client.responses.delete(id);
  await assert.rejects(client.responses.retrieve(id), OpenAI.NotFoundError);
});

test('embeddings, which the client asks for as base64', async () => {
  const { data } = await client.embeddings.create({ model, input: ['one', 'two'] });
  assert.deepEqual(data.map((one) => one.index), [0, 1]);
  const length = Math.hypot(...data[0].embedding);
  assert.ok(Math.abs(length - 1) < 1e-3, `length ${length}`);
});

test('models', async () => {
  const names = [];
  for await (const one of client.models.list()) names.push(one.id);
  assert.equal(names.length, 1);
  assert.equal((await client.models.retrieve(names[0])).object, 'model');
});

test('error classes', async () => {
  await assert.rejects(client.chat.completions.create({ ...greedy, temperature: 9 }), (error) =>
    error instanceof OpenAI.BadRequestError && error.status === 400 &&
    error.param === 'temperature' && error.type === 'invalid_request_error' &&
    Boolean(error.requestID));
  await assert.rejects(client.chat.completions.create({ ...greedy, model: 'gpt-none' }), (error) =>
    error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  const patient = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 4 });
  const began = Date.now();
  await assert.rejects(
    patient.chat.completions.create({ ...greedy, deadline: { total_ms: 1 } }),
    (error) => error instanceof OpenAI.RateLimitError && error.code === 'deadline_impossible');
  assert.ok(Date.now() - began < 5000, 'the impossible was tried again');
});
