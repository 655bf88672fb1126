#include "base/text.hpp"
#include "campaign/members.hpp"
#include "campaign/opt_out.hpp"
#include "cmd/campaign/campaign_complete.hpp"
#include "cmd/campaign/campaign_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

/// campaign member add, set, rm, join: who is in a campaign, and how far they got.
namespace crm::cmd {
namespace {

using store::Found;
using store::Record;
using Words = std::span<const std::string>;

void require_words(Words words, std::string_view action, std::string_view what) {
    if (words.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("campaign member {} requires {}", action, what),
                    "crm help campaign member");
}

int add_members(Session& session, const Arguments& args, const Record& campaign,
                const std::vector<Found>& who) {
    Change change(session, args);
    campaign::Members members(session.store(), campaign.id);
    std::size_t added = 0;
    for (const Found& one : change.report.expect(who)) {
        const campaign::Joined joined = members.join(change.writer, one);
        added += joined.is_new ? 1 : 0;
        change.report.add(joined.member, joined.is_new ? "added" : "unchanged",
                          short_id_and_name(session, one));
    }
    if (!session.quiet)
        session.remark(
            fmt::format("{} read, {} added, {} unchanged", who.size(), added, who.size() - added));
    return change.end();
}

int add_named(Session& session, const Arguments& args, const Record& campaign, Words words) {
    require_words(words, "add", "contacts, leads or accounts, or a query for them");
    const meta::Entity& noun = session.model().get(args.has("on") ? args.text("on") : "contact");
    return add_members(session, args, campaign, records_named(session, words, noun));
}

int join_members(Session& session, const Arguments& args, const Record& campaign) {
    const std::string &query = campaign.text("query"), &except = campaign.text("except");
    if (query.empty())
        throw Error(Fault::refused, "no_query",
                    fmt::format("{} {} has no query", campaign.short_id(), campaign.label()),
                    fmt::format("crm campaign edit {} query='tags:fair'", campaign.short_id()));
    const meta::Entity& contact = session.model().get("contact");
    std::set<std::int64_t> left_out;
    if (!except.empty())
        for (const std::int64_t id : selection(session, contact, {except}).ids())
            left_out.insert(id);
    std::vector<Found> who;
    for (const std::int64_t id : selection(session, contact, {query}).ids())
        if (!left_out.contains(id))
            who.push_back({&contact, id});
    return add_members(session, args, campaign, who);
}

/// The members that words name: by their own ids, or by who they are.
std::vector<Record> members_named(Session& session, const Record& campaign, Words words) {
    const meta::Entity& noun = session.model().get("member");
    const campaign::Members members(session.store(), campaign.id);
    std::vector<Record> out;
    for (const std::string& word : session.references({words.begin(), words.end()})) {
        const Found found = resolve_reference(session, nullptr, word);
        const auto member = found.entity == &noun ? std::optional(found.id) : members.find(found);
        if (!member)
            throw Error(
                Fault::not_found, "not_found",
                fmt::format("{} is not a member of {} {}", short_id_and_name(session, found),
                            campaign.short_id(), campaign.label()),
                fmt::format("crm campaign member add {} {}", campaign.short_id(),
                            meta::short_id(*found.entity, found.id)));
        Record record = load_not_deleted(session, {&noun, *member});
        if (record.number("campaign") != campaign.id)
            throw Error(Fault::not_found, "not_found",
                        fmt::format("{} is a member of another campaign", record.short_id()),
                        fmt::format("crm member show {}", record.short_id()));
        out.push_back(std::move(record));
    }
    return out;
}

int set_status(Session& session, const Arguments& args, const Record& campaign, Words words) {
    if (words.size() < 2)
        require_words({}, "set", "members and a status");
    const std::string status = campaign::read_status(session.model().get("member"), words.back());
    Change change(session, args);
    for (const Record& before : members_named(session, campaign, words.first(words.size() - 1))) {
        Record after = before;
        const bool put = campaign::put_status(after, status, session.env.clock.now.iso());
        const bool objects = status == "Opted Out" && campaign::keep_opt_out(change.writer, after);
        if (!put && !objects) {
            change.report.add(after, "unchanged",
                              fmt::format("({} already)", campaign::status_of(after)));
            continue;
        }
        change.writer.change(before, after);
        change.report.add(after, "updated", status);
    }
    return change.end();
}

int remove_members(Session& session, const Arguments& args, const Record& campaign, Words words) {
    require_words(words, "rm", "members");
    Change change(session, args);
    for (Record& member : members_named(session, campaign, words)) {
        change.writer.trash(member);
        change.report.add(member, "removed", short_id_and_name(session, who_of(session, member)));
    }
    return change.end();
}

int run_member(Session& session, const Arguments& args) {
    const std::string& action = args.words[0];
    const Record campaign = campaign_named(session, args.words[1]);
    const Words words = Words(args.words).subspan(2);
    if (action == "add")
        return add_named(session, args, campaign, words);
    if (action == "set")
        return set_status(session, args, campaign, words);
    if (action == "rm")
        return remove_members(session, args, campaign, words);
    if (action != "join")
        throw Error(Fault::usage, "unknown_verb",
                    fmt::format("'{}' is not a valid action of campaign member; "
                                "valid values are add, set, rm, join",
                                text::clipped(action, 40)));
    if (!words.empty())
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(words[0], 40)),
                    "the query of the campaign says who joins it");
    return join_members(session, args, campaign);
}

}  // namespace

Command campaign_member() {
    return {
        .help = "Add members to a campaign, set how far they got, remove them",
        .needs = Needs::writing,
        .arguments = {{.name = "add|set|rm|join",
                       .kind = Kind::word,
                       .required = true,
                       .help = "what to do"},
                      {.name = "CAMPAIGN",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the campaign"},
                      {.name = "WHO…|QUERY…",
                       .kind = Kind::query,
                       .many = true,
                       .help =
                           "ids, addresses and numbers of contacts, leads and accounts (- reads "
                           "them from standard input); all other words are a query; for set "
                           "the status follows",
                       .noun = "contact"}},
        .options = {{.name = "on",
                     .kind = Kind::choice,
                     .value = "NOUN",
                     .help = "the noun of the query: contact",
                     .words = {"contact", "lead", "account"}}},
        .run = run_member,
        .complete = complete_members,
        .details =
            "add puts them into the campaign; who is in it stays as they are. join adds everyone "
            "whom the campaign's `query` finds now and its `except` does not.\n\n"
            "set says how far members got: Targeted, Sent, Opened, Clicked, Responded, Registered, "
            "Attended, Converted. This rank never falls. Bounced and Opted Out are marks beside "
            "it: `status` shows the mark, and `rank` stays. Opted Out is an objection, as the link "
            "to unsubscribe is: all addresses of the member (numbers for Telesales, the postal "
            "address for Mail) are suppressed for the topic of the campaign, or altogether where "
            "it has none, and undo does not take that back.\n\n"
            "rm removes members to whom nothing has been sent. Each command is one operation; "
            "undoing it leaves members to whom something has been sent.",
        .examples = {{"campaign member add Spring +fair", "contacts with a tag"},
                     {"campaign member add Spring c12 ada@acme.example", ""},
                     {"lead list is:mine -o ids | crm campaign member add Spring -", ""},
                     {"campaign member set Spring ada@acme.example clicked", ""},
                     {"campaign member join Spring", "those whom its query finds"}}};
}

}  // namespace crm::cmd
