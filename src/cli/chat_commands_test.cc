#include "cli/chat_commands.h"

#include <gtest/gtest.h>

namespace byeol::cli {
namespace {

using Kind = ChatInput::Kind;

void expect_input(const std::string& text, Kind kind, const std::string& rest) {
  const Result<ChatInput> input = read_chat_input(text);
  ASSERT_TRUE(input) << text << ": " << input.error().message;
  EXPECT_EQ(input->kind, kind) << text;
  EXPECT_EQ(input->text, rest) << text;
}

TEST(ChatCommands, WordsAfterTheSlashAreTheArgument) {
  expect_input("/help", Kind::kHelp, "");
  expect_input("/system  Be kind.\nVery. ", Kind::kSystem, "Be kind.\nVery.");
  expect_input("/stats on", Kind::kStats, "on");
  expect_input("/set top-k 3", Kind::kSet, "top-k 3");
  expect_input("/exit", Kind::kExit, "");
  expect_input("/quit", Kind::kExit, "");
}

TEST(ChatCommands, WhatOnlyLooksLikeACommandIsAMessage) {
  for (const char* text : {"hi", "", " /help", "/usr/bin?", "/* x */", "/", "/Help", "/1"})
    expect_input(text, Kind::kMessage, text);
  expect_input("//help", Kind::kMessage, "/help");
}

TEST(ChatCommands, AnUnknownCommandIsASentenceWithAGuess) {
  const Result<ChatInput> near = read_chat_input("/statistics");
  ASSERT_FALSE(near);
  EXPECT_NE(near.error().message.find("no command /statistics; did you mean /stats?"),
            std::string::npos)
      << near.error().message;
  const Result<ChatInput> far = read_chat_input("/zz");
  ASSERT_FALSE(far);
  EXPECT_NE(far.error().message.find("no command /zz; /help lists them"), std::string::npos);
}

TEST(ChatCommands, HelpHasEveryCommand) {
  const std::string help = chat_help();
  for (const char* name :
       {"/help", "/stats", "/system", "/set", "/retry", "/undo", "/reset", "/exit"})
    EXPECT_NE(help.find(name), std::string::npos) << name;
}

TEST(ChatCommands, ASettingChangesTheTurn) {
  runtime::Turn turn;
  EXPECT_TRUE(change_setting(turn, "temperature 0.25"));
  EXPECT_TRUE(change_setting(turn, "top-k   7"));
  EXPECT_TRUE(change_setting(turn, "seed 18446744073709551615"));
  EXPECT_TRUE(change_setting(turn, "max-tokens 0"));
  EXPECT_EQ(turn.sampling.temperature, 0.25f);
  EXPECT_EQ(turn.sampling.top_k, 7);
  EXPECT_EQ(turn.sampling.seed, 18446744073709551615u);
  EXPECT_EQ(describe_settings(turn),
            "temperature 0.25, top-k 7, top-p 0.95, min-p 0.05, repetition-penalty 1, "
            "seed 18446744073709551615, max-tokens 0");
}

TEST(ChatCommands, AWrongSettingIsASentenceAndChangesNothing) {
  runtime::Turn turn;
  const std::string before = describe_settings(turn);
  const auto refusal = [&turn](const char* text) {
    const Status done = change_setting(turn, text);
    return done ? std::string("taken") : done.error().message;
  };
  EXPECT_EQ(refusal("temperature"), "temperature wants a number, not ''");
  EXPECT_EQ(refusal("temperature 1,5"), "temperature wants a number, not '1,5'");
  EXPECT_EQ(refusal("temperature nan"), "temperature is nan; expected a number from 0 to 100");
  EXPECT_EQ(refusal("top-p 2"), "top_p is 2; expected a number above 0, up to 1");
  EXPECT_EQ(refusal("seed -1"), "seed wants a number, not '-1'");
  EXPECT_EQ(refusal("max-tokens -5"),
            "max-tokens is -5; expected 0 (until the context is full) or more");
  EXPECT_NE(refusal("heat 3").find("no setting 'heat'; these are: temperature"), std::string::npos);
  EXPECT_EQ(describe_settings(turn), before);
}

}  // namespace
}  // namespace byeol::cli
