#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/help_lines.hpp"
#include "cmd/cli/manual.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>

/// help, version: what the program says about itself.
namespace crm::cmd {
namespace {

/// What help is asked about.
struct Subject {
    const meta::Entity* noun = nullptr;
    const Command* command = nullptr;
    std::string_view unknown;  ///< the word that names nothing
};

Subject subject_of(const std::vector<std::string>& words, const meta::Model& model) {
    Subject out;
    if (words.empty())
        return out;
    out.noun = model.find(words[0]);
    if (out.noun == nullptr) {
        out.command = find_command("", words[0]);
        if (out.command == nullptr) {
            // A verb of every noun is shown with the one that most have in mind.
            const meta::Entity& contact = model.get("contact");
            out.command = find_command(contact.noun, words[0]);
            out.noun = out.command == nullptr ? nullptr : &contact;
        }
        if (out.command == nullptr)
            out.unknown = words[0];
        else if (words.size() > 1)
            out.unknown = words[1];
        return out;
    }
    if (words.size() > 1) {
        out.command = find_command(out.noun->noun, words[1]);
        if (out.command == nullptr)
            out.unknown = words[1];
    }
    return out;
}

[[noreturn]] void no_help(const Subject& subject, const meta::Model& model) {
    std::vector<std::string> among;
    if (subject.noun != nullptr) {
        for (const Command* c : commands_of(subject.noun->noun))
            among.emplace_back(c->verb);
    } else {
        for (const Command& c : commands())
            if (c.noun.empty() && !c.hidden)
                among.emplace_back(c.verb);
        for (const meta::Entity& e : model.entities())
            among.emplace_back(e.noun);
        for (const Topic& topic : help_topics())
            among.emplace_back(topic.name);
    }
    Error e(Fault::usage, "unknown_command",
            fmt::format("there is no help on '{}'", text::clipped(subject.unknown, 60)));
    suggest(e, subject.unknown, among, "crm help");
    throw e;
}

/// A page of the manual as plain text.
std::string page_text(const Page& page, int width) {
    HelpLines out(width);
    out.line(fmt::format("{}({}) — {}", page.name, page.section, page.about));
    out.line();
    out.prose(page.text);
    return std::move(out).text();
}

int run_help(Session& session, const Arguments& args) {
    const std::vector<std::string> words = with_short_noun(args.words, session.model());
    if (words.size() == 1) {
        std::string_view topic = words[0];
        if (topic.starts_with("crm-"))
            topic.remove_prefix(4);
        if (const auto page = topic_page(topic, session.model())) {
            session.out.write(page_text(*page, session.env.width));
            return 0;
        }
    }
    const Subject subject = subject_of(words, session.model());
    if (!subject.unknown.empty())
        no_help(subject, session.model());
    session.out.write(help_text(subject.command, subject.noun, session.env.width));
    return 0;
}

}  // namespace

Command help_command() {
    return {.help = "Show help for a noun, a command or a topic",
            .arguments = {{.name = "NOUN|VERB|TOPIC",
                           .kind = Kind::noun,
                           .help = "a noun, a command or a topic; without it, an overview"},
                          {.name = "VERB", .kind = Kind::verb, .help = "a verb of the noun"}},
            .run = run_help,
            .details =
                "For a noun or a command, the same as --help after it; for a topic (dates, "
                "exit, formats, query …), its page of the manual.",
            .examples = {{"help", ""},
                         {"help contact", "its verbs and fields"},
                         {"help contact import", "one command"},
                         {"help dates", "how dates are written"},
                         {"help tutorial", "from a business card to a paid order"}}};
}

Command version_command() {
    return {.help = "Show the version",
            .run =
                [](Session& session, const Arguments&) {
                    session.out.write("crm " CRM_VERSION "\n");
                    return 0;
                },
            .details = "The same as crm --version.",
            .examples = {{"version", ""}}};
}

}  // namespace crm::cmd
