#include "cmd/record/nouns.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace crm::cmd {

const meta::Entity& described_noun(Session& session, const std::string& word) {
    struct ::stat st {};
    if (::stat(session.env.db.c_str(), &st) == 0)
        session.open(sql::Mode::reading);
    if (const meta::Entity* entity = session.model().find(word))
        return *entity;
    std::vector<std::string> nouns;
    for (const meta::Entity& e : session.model().entities())
        nouns.emplace_back(e.word);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(word, 60)));
    suggest(e, word, nouns, text::joined(nouns, ", "));
    throw e;
}

}  // namespace crm::cmd
