#include "base/text.hpp"
#include "cmd/cli/complete.hpp"
#include "query/path.hpp"

#include <algorithm>

/// Completion within the query language. A word of the command line may hold several terms; the
/// last one is completed.
namespace crm::cmd {
namespace {

using meta::Type;
using query::Place;
using query::Target;

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

/// Where the last term of the word begins. Blanks within quotation marks, and in a value that is
/// the whole of the word, do not end a term.
std::size_t last_term(std::string_view word) {
    std::size_t from = 0;
    bool quoted = false, value = false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (word[i] == ':')
            value = true;
        if (word[i] == '(' && !value)
            from = i + 1;
        if (!blank(word[i]))
            continue;
        const std::string_view next =
            word.substr(i + 1, word.find_first_of(" \t\n", i + 1) - i - 1);
        const bool begins = next.starts_with('+') || next.starts_with('-') ||
                            next.starts_with('@') || next.find(':') != std::string_view::npos;
        if (!value || begins)
            from = i + 1, value = false;
    }
    return from;
}

/// Whether a value may stand bare: as the whole of a word blanks are part of it.
bool bare(std::string_view value, bool whole_word) {
    if (value.find("..") != std::string_view::npos || value == "none" || value == "any" ||
        value == "me")
        return false;
    char before = whole_word ? 'x' : ' ';
    for (const char c : value) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || (c & 0x80) != 0;
        const bool inner = c == '.' || c == '\'' || c == '&' || c == '_' ||
                           (before != ' ' && (c == '-' || c == '@'));
        if (!letter && !inner && !(c == ' ' && whole_word))
            return false;
        before = c;
    }
    for (std::string_view word : text::split(value, ' '))
        if (const std::string lower = text::lower_ascii(word);
            lower == "or" || lower == "and" || lower == "not")
            return false;
    return true;
}

std::string as_value(std::string_view value, bool whole_word) {
    if (bare(value, whole_word))
        return std::string(value);
    std::string out = "\"";
    for (const char c : value)
        out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
}

/// Takes in what `complete` offers for the value, written as a query wants it.
template <class Complete>
void offer_values(Candidates& c, bool whole_word, Complete complete) {
    const bool quoted = c.begun.starts_with('"');
    Candidates values(c.session(), quoted ? c.begun.substr(1) : c.begun);
    complete(values);
    for (const Candidate& v : values.found)
        c.offer_instead(
            v.word == "me" && !quoted ? v.word : as_value(v.word, whole_word && !quoted), v.help);
}

class Term {
public:
    Term(Candidates& c, const meta::Entity& noun, bool whole_word)
        : c_(c),
          noun_(noun),
          whole_word_(whole_word),
          how_{.model = c.model(), .clock = c.session().env.clock} {}

    void run() {
        if (const auto colon = c_.begun.find(':'); colon != std::string::npos) {
            const auto names = path(std::string_view(c_.begun).substr(0, colon));
            c_.keep(colon + 1);
            value(query::follow(names, 0, {&noun_}, how_, c_.begun).target);
        } else {
            name();
        }
    }

private:
    static std::vector<query::Name> path(std::string_view text) {
        std::vector<query::Name> names;
        for (std::string_view name : text::split(text, '.'))
            names.push_back({std::string(name), 0});
        return names;
    }

    void name() {
        c_.store();  // it may declare more
        Place place{&noun_};
        std::string_view ending = ":";
        if (const auto dot = c_.begun.rfind('.'); dot != std::string::npos) {
            const auto names = path(std::string_view(c_.begun).substr(0, dot));
            c_.keep(dot + 1);
            const Target target = query::follow(names, 0, place, how_, c_.begun).target;
            if (target.kind == Target::Kind::field && target.field->type() == Type::address) {
                for (std::string_view part : meta::address_parts())
                    c_.offer(std::string(part) + ":", target.field->field->help);
                return;
            }
            if (target.kind != Target::Kind::record)
                return;
            place = target.step.to;
        }
        if (place.entity == nullptr) {
            for (const meta::Entity& e : c_.model().entities())
                c_.offer(std::string(e.noun) + ":", e.help);
            return;
        }
        for (const std::string& word : query::path_words(place, c_.model())) {
            const std::string help = help_of(place, word);
            c_.offer(word + std::string(ending), help);
            if (word == c_.begun && leads_on(place, word))
                c_.offer(word + ".", "a field of it");
        }
    }

    const meta::FieldInfo* field(Place place, std::string_view word) const {
        if (place.rows == nullptr)
            return place.entity->find(word);
        const auto it = std::ranges::find(place.rows->rows, word, &meta::FieldInfo::name);
        return it == place.rows->rows.end() ? nullptr : &*it;
    }

    std::string help_of(Place place, std::string_view word) const {
        if (const meta::FieldInfo* f = field(place, word))
            return std::string(f->field->help);
        if (word == "is")
            return "a state of the record";
        if (word == "id")
            return "its short id";
        if (word == "uid")
            return "its id for other systems";
        const meta::Entity* other = how_.model.find(word);
        return other == nullptr ? "records that link to it"
                                : std::string(other->plural) + " that link to it";
    }

    bool leads_on(Place place, std::string_view word) const {
        const meta::FieldInfo* f = field(place, word);
        return f == nullptr ? word != "is"
                            : f->type() == Type::link || f->type() == Type::rows ||
                                  f->type() == Type::address;
    }

    void value(const Target& target) {
        if (target.kind == Target::Kind::is) {
            for (const std::string& word : query::is_words(*target.place.entity))
                c_.offer(word, query::is_meaning(*target.place.entity, word));
            return;
        }
        c_.offer("none", "where it is empty");
        c_.offer("any", "where it is not");
        const auto sign = c_.begun.find_first_not_of("=!<>^");
        c_.keep(sign == std::string::npos ? c_.begun.size() : sign);
        bool whole_word = whole_word_;
        if (c_.begun.starts_with('(')) {
            c_.keep(std::max(c_.begun.rfind(','), c_.begun.rfind('(')) == std::string::npos
                        ? 1
                        : c_.begun.find_last_of(",(") + 1);
            while (c_.begun.starts_with(' '))
                c_.keep(1);
            whole_word = false;
        }
        if (target.kind == Target::Kind::id)
            return offer_values(c_, whole_word,
                                [&](Candidates& v) { complete_ids(v, *target.place.entity); });
        if (target.kind == Target::Kind::record)
            return offer_values(c_, whole_word, [&](Candidates& v) { records(v, target.step.to); });
        if (target.kind != Target::Kind::field)
            return;
        if (const Type type = target.field->type();
            type == Type::date || type == Type::instant || type == Type::birthday) {
            if (const auto dots = c_.begun.find(".."); dots != std::string::npos)
                c_.keep(dots + 2);
            return complete_kind(c_, Kind::moment, nullptr, {},
                                 {});  // dates need no quotation marks
        }
        offer_values(c_, whole_word,
                     [&](Candidates& v) { complete_field_value(v, *target.field); });
    }

    static void records(Candidates& v, Place to) {
        if (to.rows != nullptr)
            return complete_field_value(v, *to.rows);
        if (to.entity != nullptr)
            return complete_names(v, *to.entity);
        for (const meta::Entity& e : v.model().entities())
            complete_ids(v, e);
    }

    Candidates& c_;
    const meta::Entity& noun_;
    bool whole_word_;
    query::Context how_;
};

}  // namespace

void complete_query(Candidates& c, const meta::Entity& noun) {
    c.store();  // it may declare more fields
    const std::size_t from = last_term(c.begun);
    c.keep(from);
    const auto sign = c.begun.find_first_not_of("-(");
    c.keep(sign == std::string::npos ? c.begun.size() : sign);
    if (c.begun.starts_with('@')) {
        c.keep(1);
        return complete_segments(c, noun);
    }
    if (c.begun.starts_with('+')) {
        c.keep(1);
        return offer_values(c, false, [](Candidates& v) { complete_tags(v); });
    }
    Term(c, noun, from == 0 && c.head.find('(') == std::string::npos).run();
}

}  // namespace crm::cmd
