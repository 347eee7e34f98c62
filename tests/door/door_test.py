#!/usr/bin/env python3
"""The script `byeol` on a repository of one small file: builds what changed, and nothing else."""
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAIN = """#include "cli/verbs.h"
#include <cstdio>
int main(int argc, char** argv) { std::printf("%s %s\\n", kWord, argc > 1 ? argv[1] : ""); }
"""
VERBS = 'inline constexpr const char* kWord = "one";\n/*\n    {"pull", "Bring", run_pull},\n*/\n'
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(byeol VERSION 1.2.3 LANGUAGES CXX)
add_subdirectory(src/cli)
"""


class DoorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="byeol door ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "a clone"
        for name in ("byeol", "tools", "CMakePresets.json"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            self.root.mkdir(exist_ok=True)
            copy(ROOT / name, self.root / name)
        # No package is missing here: what the door installs is tested by hand, not by a build.
        (self.root / "tools/apt.txt").write_text("# none\n")
        self.cli = self.root / "src/cli"
        self.cli.mkdir(parents=True)
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        (self.cli / "CMakeLists.txt").write_text(
            "add_executable(byeol main.cc)\n"
            "target_include_directories(byeol PRIVATE ${PROJECT_SOURCE_DIR}/src)\n")
        (self.cli / "main.cc").write_text(MAIN)
        (self.cli / "verbs.h").write_text(VERBS)

    def call(self, *arguments, program=None, expect=0, **options):
        process = subprocess.run([program or self.root / "byeol", *arguments], text=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, timeout=120, **options)
        self.assertEqual(process.returncode, expect, process.stdout + process.stderr)
        return process

    def build(self):
        self.assertEqual(self.call("pull").stdout, "one pull\n")
        return self

    def edit(self, path, text):
        path.write_text(text)
        return self.call("pull")

    def test_builds_then_runs_and_then_starts_no_build_tool(self):
        first = self.call("pull")
        self.assertEqual(first.stdout, "one pull\n")
        self.assertIn("building", first.stderr)
        self.assertNotIn("\033", first.stderr)  # No colours without a terminal.
        tools = self.root / "no tools"
        tools.mkdir()
        for name in ("cmake", "ninja", "c++", "g++"):
            (tools / name).write_text("#!/bin/sh\necho a build tool was started >&2\nexit 9\n")
            (tools / name).chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        second = self.call("pull", env={**os.environ, "PATH": path})
        self.assertEqual((second.stdout, second.stderr), ("one pull\n", ""))

    def test_costs_less_than_50_ms_when_nothing_changed(self):
        self.build()
        for index in range(300):  # As many files as the real tree has.
            (self.cli / f"file{index}.h").write_text("")
        self.call("pull")
        seconds = []
        for _ in range(15):
            begin = time.monotonic()
            self.call("pull")
            seconds.append(time.monotonic() - begin)
        # The best of several: a busy machine says nothing about the script.
        self.assertLess(min(seconds), 0.05)

    def test_notices_edits_new_files_and_deleted_files(self):
        self.build()
        self.assertEqual(self.edit(self.cli / "verbs.h", VERBS.replace("one", "two")).stdout,
                         "two pull\n")
        (self.cli / "new.h").write_text('#define WORD "three"\n')
        header = ('#if __has_include("new.h")\n#include "new.h"\n'
                  '#else\n#define WORD "four"\n#endif\n')
        self.assertEqual(self.edit(self.cli / "verbs.h", header + VERBS.replace('"one"', "WORD"))
                         .stdout, "three pull\n")
        (self.cli / "new.h").unlink()
        self.assertEqual(self.call("pull").stdout, "four pull\n")

    def test_notices_a_change_of_the_build_itself(self):
        self.build()
        text = (self.cli / "CMakeLists.txt").read_text()
        (self.cli / "main.cc").unlink()
        (self.cli / "other.cc").write_text(MAIN)
        done = self.edit(self.cli / "CMakeLists.txt", text.replace("main.cc", "other.cc"))
        self.assertEqual(done.stdout, "one pull\n")
        self.assertIn("building", done.stderr)

    def test_a_failing_build_shows_the_compilers_words_and_a_sentence(self):
        self.build()
        (self.cli / "main.cc").write_text("int main() { return nonsense; }\n")
        failed = self.call("pull", expect=1)
        self.assertRegex(failed.stderr, ".nonsense. was not declared")
        self.assertIn("byeol: the build failed", failed.stderr)
        self.assertEqual(failed.stdout, "")
        self.call("pull", expect=1)  # A failure is not mistaken for a good build.
        self.assertEqual(self.edit(self.cli / "main.cc", MAIN).stdout, "one pull\n")

    def test_a_failing_configuration_is_a_sentence(self):
        (self.root / "CMakeLists.txt").write_text(CMAKE + "message(FATAL_ERROR broken)\n")
        failed = self.call("pull", expect=1)
        self.assertIn("broken", failed.stderr)
        self.assertIn("byeol: CMake could not configure the build", failed.stderr)
        self.assertEqual(self.edit(self.root / "CMakeLists.txt", CMAKE).stdout, "one pull\n")

    def test_works_from_any_folder_and_through_links(self):
        self.build()
        links = self.root.parent / "bin dir"
        links.mkdir()
        (links / "direct").symlink_to(self.root / "byeol")
        (links / "relative").symlink_to(os.path.relpath(self.root / "byeol", links))
        (links / "twice").symlink_to("relative")
        for program in ("direct", "relative", "twice"):
            self.assertEqual(self.call("x", program=links / program, cwd="/").stdout, "one x\n")
        self.assertEqual(self.call("x", program="./byeol", cwd=self.root).stdout, "one x\n")
        self.assertEqual(subprocess.run(["bash", "byeol", "x"], cwd=self.root, text=True,
                                        capture_output=True).stdout, "one x\n")

    def test_two_at_once_build_once_and_both_answer(self):
        doors = [subprocess.Popen([self.root / "byeol", "pull"], text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) for _ in range(3)]
        outputs = [door.communicate(timeout=120) for door in doors]
        self.assertEqual([out for out, _ in outputs], ["one pull\n"] * 3, outputs)
        self.assertEqual(sum("configuring" in error for _, error in outputs), 1, outputs)

    def test_a_moved_clone_builds_anew(self):
        self.build()
        moved = self.root.parent / "moved"
        self.root.rename(moved)
        self.assertEqual(self.call("pull", program=moved / "byeol").stdout, "one pull\n")

    def test_arguments_and_exit_codes_pass_through(self):
        (self.cli / "main.cc").write_text(
            '#include <cstdio>\nint main(int n, char** v) '
            '{ for (int i = 1; i < n; ++i) std::printf("[%s]", v[i]); return 7; }\n')
        self.assertEqual(self.call("run", "a b", "", "*", "--x", expect=7).stdout,
                         "[run][a b][][*][--x]")

    def test_help_and_version_need_no_build(self):
        self.assertIn("pull         Bring", self.call("help").stdout)
        self.assertIn("test         Build and run", self.call().stdout)
        self.assertTrue(self.call("--version").stdout.startswith("byeol 1.2.3"))
        self.assertIn("Usage: ./byeol test", self.call("help", "test").stdout)
        self.assertFalse((self.root / "build/release").exists())

    def test_shows_progress_in_place_on_a_terminal(self):
        controller, terminal = pty.openpty()
        process = subprocess.Popen([self.root / "byeol", "pull"], stdin=terminal, stderr=terminal,
                                   stdout=subprocess.DEVNULL)
        self.assertEqual(process.wait(120), 0)
        os.close(terminal)
        self.assertIn(b"\rbyeol: building 1 of ", os.read(controller, 65536))
        os.close(controller)


if __name__ == "__main__":
    unittest.main()
