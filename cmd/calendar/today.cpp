#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

/// today: what wants doing, of every kind, in one list.
namespace crm::cmd {
namespace {

using meta::Entity;
using meta::FieldInfo;

/// A kind of thing that comes up: which records ({} is the day), by which field, and what is to be
/// done.
struct AgendaRule {
    std::string_view noun, query, when, what;
};
constexpr AgendaRule agenda_rules[] = {
    {"task", "is:open due:..{}", "due", "do"},
    {"meeting", "status:planned start:{}", "start", "meet"},
    {"call", "status:planned start:..{}", "start", "call"},
    {"call", "callback:..{} status:planned", "callback", "call back"},
    {"visit", "start:{}", "start", "visit"},
    {"ticket", "is:open first_response_at:none created_at:..{}", "created_at", "answer"},
    {"ticket", "is:open resolution_due:..{}", "resolution_due", "mend"},
    {"lead", "-status:(Converted,Dead) follow_up:..{}", "follow_up", "ask again"},
    {"deal", "is:open follow_up:..{}", "follow_up", "ask again"},
    {"deal", "is:open close_date:..{}", "close_date", "decide"},
    {"quote", "is:open valid_until:..{}", "valid_until", "expires"},
    {"order", "is:open due_on:..{}", "due_on", "to be paid"},
    {"article", "-status:archived review_on:..{}", "review_on", "review"},
    {"decision", "review_on:..{}", "review_on", "review"},
};

struct AgendaItem {
    std::string when, id, noun, what, name, about;
    auto operator<=>(const AgendaItem&) const = default;
};

class Agenda {
public:
    Agenda(Session& session, std::string day, std::string whose)
        : session_(session), day_(std::move(day)), whose_(std::move(whose)) {}

    void add(const AgendaRule& rule) {
        gather(rule.noun, fmt::format(fmt::runtime(rule.query), day_), rule.when, rule.what);
    }

    /// Contracts that end so soon that their reminder, a duration before the end, has come.
    void add_renewals() {
        Clock then = session_.env.clock;
        then.now = then.at(*iso_date(day_), 12 * 60 * 60);
        for (const std::string& reminder : distinct("contract", "renewal_reminder")) {
            const Entity& contracts = session_.model().get("contract");
            const auto last = meta::read(*contracts.find("end"), "+" + reminder, {.clock = &then});
            if (!last) {
                session_.remark(
                    fmt::format("the reminder '{}' of a contract is no duration: 3mo, 30d",
                                text::clipped(reminder, 40)));
                continue;
            }
            gather("contract",
                   fmt::format("-status:(Cancelled,Expired) renewal_reminder:=\"{}\" end:{}..{}",
                               reminder, day_, std::get<std::string>(last->front())),
                   "end", "renew");
        }
    }

    /// Those who were born on a 29 February have their birthday on the 28th of other years.
    void add_birthdays() {
        const std::string year = day_.substr(0, 4), month_day = day_.substr(5);
        const int y = std::stoi(year);
        const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        gather("contact", "birthday:any", "birthday", "birthday", [&](std::string_view born) {
            return born.ends_with(month_day) ||
                   (!leap && month_day == "02-28" && born.ends_with("02-29"));
        });
    }

    std::vector<AgendaItem>& found() { return found_; }

private:
    std::vector<std::string> distinct(std::string_view noun, std::string_view field) {
        sql::Statement get = session_.store().db().prepare(
            fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL AND \"deleted_at\" IS "
                        "NULL AND \"undone\" IS NULL ORDER BY 1",
                        sql::quoted(field), sql::quoted(noun)));
        std::vector<std::string> out;
        while (get.step())
            out.emplace_back(get.text(0));
        return out;
    }

    void gather(std::string_view noun, const std::string& query, std::string_view when,
                std::string_view what, const std::function<bool(std::string_view)>& keep = {}) {
        const Entity& entity = session_.model().get(noun);
        if (nouns_.empty())
            nouns_ = session_.store().nouns();
        if (std::ranges::find(nouns_, &entity) == nouns_.end())
            return;
        std::vector<std::string> words{query};
        if (!whose_.empty())
            words.push_back(whose_);
        store::Selection s = selection(session_, entity, std::move(words));
        const std::string_view about = entity.find("account") != nullptr  ? "account"
                                       : entity.find("about") != nullptr  ? "about"
                                       : entity.find("ticket") != nullptr ? "ticket"
                                                                          : "";
        std::vector<std::string> columns{
            "id", std::string(when),
            entity.name() == nullptr ? "id" : std::string(entity.name()->name())};
        if (!about.empty())
            columns.emplace_back(about);
        for (const std::string& column : columns)
            s.columns.push_back(*store::select_column(entity, column));
        s.each([&](std::span<const std::span<const View>> cells) {
            const auto text = [&](std::size_t i) {
                return cell_text(session_, s.columns[i], cells[i]);
            };
            std::string at = text(1);
            if (!keep || keep(at))
                found_.push_back({what == "birthday" ? day_ : at, text(0), std::string(noun),
                                  std::string(what), text(2), about.empty() ? "" : text(3)});
            return true;
        });
    }

    Session& session_;
    std::string day_, whose_;
    std::vector<const Entity*> nouns_;
    std::vector<AgendaItem> found_;
};

int run(Session& session, const Arguments& args) {
    std::string day = session.env.clock.today().iso(), whose;
    if (args.has("on")) {
        const auto read = meta::read(*session.model().get("task").find("due"), args.value("on"),
                                     session.reading());
        if (!read)
            throw read.error();
        day = std::get<std::string>(read->front());
    }
    if (args.has("of"))
        whose = "owner:" +
                meta::short_id(
                    session.model().get("user"),
                    resolve_reference(session, &session.model().get("user"), args.value("of")).id);
    else if (!args.has("all") && session.resolver().me())
        whose = "owner:me or owner:none";
    Agenda agenda(session, day, whose);
    for (const AgendaRule& rule : agenda_rules)
        agenda.add(rule);
    agenda.add_renewals();
    agenda.add_birthdays();
    std::vector<AgendaItem>& found = agenda.found();
    std::ranges::sort(found);
    if (!found.empty() || !args.has("if-any")) {
        Rows rows(session, {"id", "when", "noun", "what", "name", "about"});
        for (const AgendaItem& due : found)
            rows.row({due.id, due.when, due.noun, due.what, due.name, due.about});
        rows.end();
    }
    return found.empty() && args.has("exit-empty") ? 1 : 0;
}

}  // namespace

Command today_command() {
    std::string_view list =
        "Tasks, meetings, planned calls and calls to return, visits, tickets nobody has answered "
        "or that should be mended, leads and deals to ask again, deals to be decided, quotes that "
        "expire, orders to be paid, "
        "contracts whose renewal reminder has come, articles and decisions to review, and "
        "birthdays (of 29 February on the 28th of other years). What is overdue stays in the list. "
        "Who is a user sees what is theirs and what is nobody's; everybody else sees all.";
    return {
        .help = "List what wants doing, of every kind",
        .needs = Needs::reading,
        .options = {{.name = "of", .kind = Kind::user, .value = "USER", .help = "a colleague's"},
                    {.name = "all", .help = "everybody's"},
                    {.name = "on",
                     .kind = Kind::moment,
                     .value = "DATE",
                     .help = "another day: what will be due by then"},
                    {.name = "if-any",
                     .help = "print nothing, no header either, when there is nothing: for cron"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there is nothing"}},
        .run = run,
        .details = list,
        .examples = {{"today", "the day begins"},
                     {"today --of grace --on 'next mon'", "a colleague's next Monday"},
                     {"today --if-any", "in a crontab: mail only when something is due"}}};
}

}  // namespace crm::cmd
