#include "cmd/record/nouns.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace crm::cmd {

const meta::Entity& noun_named(const meta::Model& model, const std::string& word) {
    if (const meta::Entity* entity = model.find(word))
        return *entity;
    std::vector<std::string> nouns;
    for (const meta::Entity& e : model.entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(word, 60)));
    suggest(e, word, nouns, text::joined(nouns, ", "));
    throw e;
}

const meta::Entity& described_noun(Session& session, const std::string& word) {
    struct ::stat st {};
    if (::stat(session.env.db.c_str(), &st) == 0)
        session.open(sql::Mode::reading);
    return noun_named(session.model(), word);
}

}  // namespace crm::cmd
