#include "bench/speculation_texts.h"

namespace byeol::bench {
namespace {

using Form = runtime::Conversation::Form;

const std::string kPassage =
    "The lighthouse at the end of the long pier was built in 1871, after two ships had run onto "
    "the "
    "sandbank in a single winter. Its first keeper was a widow named Agnes Tarn, who had asked for "
    "the post because nobody else wanted it. She kept the lamp for twenty-six years. Every evening "
    "she climbed the one hundred and twelve steps with a can of oil in each hand, trimmed the "
    "wick, "
    "wound the clockwork that turned the lens, and wrote the weather into a book with a green "
    "cover. "
    "The book survives. It says little about storms and much about birds: the geese that came late "
    "in a warm autumn, a white owl that rested on the railing for three days, the starlings that "
    "flew against the glass on foggy nights and had to be swept up in the morning. When the lamp "
    "was "
    "changed to gas, the town offered her a pension and a small house behind the church. She took "
    "the house, but for as long as she lived she set her clock by the light, and on the first "
    "night "
    "that it came on four minutes late she walked out to the pier in her slippers to ask why.";

const std::string kProgram =
    "class Account:\n"
    "    def __init__(self, owner, balance=0):\n"
    "        self.owner = owner\n"
    "        self.balance = balance\n"
    "        self.history = []\n"
    "\n"
    "    def deposit(self, amount):\n"
    "        if amount <= 0:\n"
    "            raise ValueError(\"the amount must be positive\")\n"
    "        self.balance += amount\n"
    "        self.history.append((\"deposit\", amount))\n"
    "\n"
    "    def withdraw(self, amount):\n"
    "        if amount <= 0:\n"
    "            raise ValueError(\"the amount must be positive\")\n"
    "        if amount > self.balance:\n"
    "            raise ValueError(\"the balance is too low\")\n"
    "        self.balance -= amount\n"
    "        self.history.append((\"withdraw\", amount))\n"
    "\n"
    "    def transfer(self, other, amount):\n"
    "        self.withdraw(amount)\n"
    "        other.deposit(amount)\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// A text, its edited form, and the beginning of another edited form.
std::string edits_of(const std::string& text, const std::string& first, const std::string& second,
                     std::size_t given) {
  return text + "\n\n# The same, edited:\n\n" + first + "\n\n# The same, edited again:\n\n" +
         second.substr(0, given);
}

}  // namespace

std::vector<SpeculationText> speculation_texts() {
  const std::string copy = kPassage + "\n\n" + kPassage + "\n\n" + kPassage.substr(0, 60);
  const std::string edited = edits_of(
      kPassage, replaced(replaced(kPassage, "Agnes Tarn", "Clara Voss"), "lamp", "lantern"),
      replaced(replaced(kPassage, "Agnes Tarn", "Maria Holm"), "1871", "1904"), 190);
  const std::string program =
      edits_of(kProgram, replaced(replaced(kProgram, "Account", "Wallet"), "amount", "sum"),
               replaced(replaced(kProgram, "Account", "Purse"), "amount", "coins"), 210);
  return {
      {"copy a passage", copy, Form::kPlainText, 0},
      {"edit a passage", edited, Form::kPlainText, 0},
      {"edit a program", program, Form::kPlainText, 0},
      {"correct a text", "Correct the spelling of this text and repeat all of it:\n\n" + kPassage,
       Form::kTemplate, 0},
      {"summarise a text", "Summarise this text:\n\n" + kPassage, Form::kTemplate, 0},
      {"answer, greedy", "Explain how a bicycle stays upright.", Form::kTemplate, 0},
      {"answer, by chance", "Write a letter to a friend about a walk in the mountains.",
       Form::kTemplate, 0.8f},
      {"go on, by chance", "The first thing that anyone noticed about the new teacher was",
       Form::kPlainText, 1.0f},
  };
}

}  // namespace byeol::bench
