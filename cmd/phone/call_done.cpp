#include "base/text.hpp"
#include "campaign/call_number.hpp"
#include "campaign/call_result.hpp"
#include "campaign/call_sections.hpp"
#include "cmd/campaign/campaign_complete.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "cmd/phone/call_words.hpp"
#include "time/describe.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

/// call done, call release: the end of a call, and a member given back.
namespace crm::cmd {
namespace {

using store::Record;

struct DoneWords {
    std::string reference, result;
    std::vector<std::string> assignments;
};

DoneWords done_words(const Arguments& args) {
    DoneWords out;
    std::vector<std::string> words;
    for (const std::string& word : args.words)
        (store::is_assignment(word) || is_tag_change(word) ? out.assignments : words)
            .push_back(word);
    if (words.empty() || words.size() > 2)
        throw Error(Fault::usage, "missing", "call done requires one RESULT",
                    "crm call done 'Not Answered'; crm call done mb3 Sale");
    out.result = words.back();
    if (words.size() == 2)
        out.reference = words.front();
    return out;
}

/// The result as it is declared; no such one is usage.
std::string result_named(Session& session, const std::string& word) {
    const meta::FieldInfo& field = *session.model().get("call").find("result");
    const auto value = meta::read_one(field, word, session.reading());
    if (!value)
        throw value.error();
    return std::get<std::string>(*value);
}

std::optional<Instant> callback_of(Session& session, const Arguments& args,
                                   const std::string& result) {
    const auto at = args.moment("callback", session.env.clock);
    if (result == "Callback" && !at)
        throw Error(Fault::usage, "missing", "Callback requires --callback",
                    "crm call done callback --callback 'fri 15:00'");
    if (at && result != "Callback" && result != "Interested")
        throw Error(Fault::usage, "contradiction",
                    fmt::format("--callback does not fit {}", result),
                    "crm call done callback --callback 'fri 15:00'");
    if (at && *at < session.env.clock.now)
        throw Error(Fault::refused, "in_the_past",
                    fmt::format("--callback {} is in the past", args.text("callback")),
                    "--callback 'tomorrow 10:00'");
    return at;
}

std::string open_ticket_text(Session& session, const store::Found& who) {
    const meta::Entity& tickets = session.model().get("ticket");
    std::string out;
    for (const std::int64_t id : campaign::open_tickets(session.resolver(), session.env.clock, who))
        out += fmt::format("{}{} {}", out.empty() ? "open ticket " : ", ",
                           meta::short_id(tickets, id), session.store().name(tickets, id));
    return out;
}

/// What is kept of a call beside its result: the note, and that it was made in spite of a ticket.
std::string description_of(Session& session, const Arguments& args, const Record& who) {
    std::string out = args.text("note");
    const std::string ticket = open_ticket_text(session, {who.entity, who.id});
    if (ticket.empty())
        return out;
    if (!args.flag("anyway")) {
        if (!session.quiet)
            session.remark(fmt::format("warning: {}", ticket));
        return out;
    }
    return out + (out.empty() ? "" : "\n") + "anyway: " + ticket;
}

std::string number_of(store::Store& store, const Record& who) {
    campaign::CallNumber number = campaign::number_to_call(store, who);
    const meta::FieldInfo* phone = who.entity->find("phone");
    if (number.number.empty() && phone != nullptr)
        return who.text(*phone);
    return number.number;
}

/// The call began its duration ago, unless its start is given.
void put_start(Record& call, const Clock& clock) {
    if (!call.text("start").empty())
        return;
    const std::string& duration = call.text("duration");
    const std::int64_t seconds = duration.empty() ? 0 : duration_seconds(duration);
    call.put_text("start", Instant{clock.now.seconds - seconds}.iso());
}

std::string member_line(Session& session, const Record& member) {
    std::string out = fmt::format("{}: {}", short_id_and_name(session, who_of(session, member)),
                                  member.text("result"));
    if (const auto next = iso_instant(member.text("next_at")))
        out += fmt::format(", next {}", day_and_minute(*next, session.env.clock));
    return out;
}

int run_done(Session& session, const Arguments& args) {
    const DoneWords words = done_words(args);
    const std::string result = result_named(session, words.result);
    const auto callback = callback_of(session, args, result);
    const std::int64_t user = calling_user(session);
    Change change(session, args);
    store::Store& store = session.store();
    const Record member =
        campaign::held_member(session.resolver(), session.env.clock, user, words.reference);
    const Record list = store.get(session.model().get("campaign"), member.number("campaign"));
    const store::Found whom = who_of(session, member);
    const Record who = store.get(*whom.entity, whom.id);
    Record call = campaign::call_of(list, member, who, number_of(store, who), user);
    call.put_text("status", campaign::is_reached(result) ? "Held" : "Not Held");
    call.put_text("result", result);
    call.put_text("callback", callback ? callback->iso() : std::string());
    call.put_text("description", description_of(session, args, who));
    assign(session, change, call, words.assignments, false);
    put_start(call, session.env.clock);
    change.writer.add(call);
    change.report.add(call, "added", call.label());
    Record after = member;
    campaign::put_result(after, result, callback, user, session.env.clock, call_settings(session));
    const bool is_changed = change.writer.change(member, after);
    change.report.add(after, is_changed ? "updated" : "unchanged", member_line(session, after));
    return change.end();
}

int run_release(Session& session, const Arguments& args) {
    const std::int64_t user = calling_user(session);
    const std::vector<std::string> references = session.references(args.words);
    Change change(session, args);
    for (const std::string& reference : references) {
        Record member =
            campaign::held_member(session.resolver(), session.env.clock, user, reference);
        const bool released = campaign::release(change.writer, member, user);
        change.report.add(member, released ? "released" : "unchanged",
                          short_id_and_name(session, who_of(session, member)));
    }
    return change.end();
}

}  // namespace

Command call_done() {
    return {
        .help = "Record the result of a call from a call list",
        .needs = Needs::writing,
        .arguments = {{.name = "[WHO] RESULT [FIELD=VALUE…]",
                       .kind = Kind::assignments,
                       .required = true,
                       .many = true,
                       .help = "the member or the person (default: whom you have claimed), the "
                               "result, and fields of the call: duration=12min"}},
        .options = {{.name = "note",
                     .kind = Kind::word,
                     .value = "TEXT",
                     .help = "what was said; the description of the call"},
                    {.name = "callback",
                     .kind = Kind::moment,
                     .value = "WHEN",
                     .help = "when to call back"},
                    {.name = "anyway", .help = "keep in the call that there was an open ticket"}},
        .run = run_done,
        .complete = complete_call_result,
        .details =
            "Results: Answered, Not Interested, Wrong Number and Sale end it; Interested makes "
            "the member Responded, Sale Converted. Not Answered and Busy return after "
            "call_retry (2h), at most call_attempts (5) times; after a result that ended it, only "
            "the call is kept. Callback requires --callback "
            "and returns at that time to the same seller, to anyone 30 minutes later. Do Not "
            "Call sets do_not_call and writes to the consent ledger: from then on the number "
            "is refused by call next, call build, open --phone and --dial, in any notation, "
            "whatever is undone, and another result for the member is exit 4. The call and the "
            "member are one operation, which one undo "
            "takes back.",
        .examples = {{"call done c1 answered --note 'has a new pump' duration=4min", ""},
                     {"call done c1 callback --callback 'fri 15:00'", "call them again"},
                     {"call done c1 'Do Not Call'", "never again"}}};
}

Command call_release() {
    return {.help = "Give members of a call list back, without a call",
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::any_reference,
                           .required = true,
                           .many = true,
                           .help = "members or persons (- reads references from standard input)"}},
            .run = run_release,
            .details =
                "The attempt does not count, and they come behind those who were never "
                "called. Whom somebody else has is exit 4.",
            .examples = {{"call release c1", ""}}};
}

}  // namespace crm::cmd
