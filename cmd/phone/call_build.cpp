#include "campaign/call_build.hpp"

#include "base/text.hpp"
#include "campaign/call_list.hpp"
#include "campaign/members.hpp"
#include "campaign/script.hpp"
#include "cmd/campaign/campaign_complete.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "mail/template_versions.hpp"

#include <fmt/format.h>

#include <algorithm>

/// call build: a call list from a query.
namespace crm::cmd {
namespace {

using store::Found;
using store::Record;

const meta::Entity& noun_given(Session& session, const Arguments& args) {
    return session.model().get(args.has("on") ? args.text("on") : std::string("contact"));
}

std::vector<Found> people_given(Session& session, const Arguments& args) {
    const auto words = std::span(args.words).subspan(1);
    if (words.empty())
        throw Error(Fault::usage, "missing", "call build requires a query or references",
                    "crm call build Renewals 'tags:fair'");
    const std::vector<Found> out = records_named(session, words, noun_given(session, args));
    for (const Found& who : out)
        if (!campaign::can_join(*who.entity))
            throw Error(Fault::usage, "not_a_person",
                        fmt::format("{} cannot be called", short_id_and_name(session, who)),
                        "contacts, leads and accounts");
    return out;
}

std::vector<std::int64_t> sellers(Session& session, const Arguments& args) {
    std::vector<std::int64_t> out;
    const std::string names = args.text("to");
    if (!names.empty())
        for (const std::string_view name : text::split(names, ','))
            out.push_back(resolve_reference(session, &session.model().with(meta::Role::user),
                                            std::string(text::trimmed(name)))
                              .id);
    return out;
}

struct NamedList {
    Record list;
    bool is_new = false;
};

/// The list of that name, which is made where it is not there.
NamedList list_named(Session& session, Change& change, const std::string& name) {
    const meta::Entity& campaigns = session.model().get("campaign");
    const auto found = session.resolver().find(name, &campaigns);
    const bool is_new =
        !found && found.error().code == "not_found" && !names_record(session.model(), name);
    if (!is_new)
        return {campaign::call_list(session.resolver(), name)};
    Record list(campaigns);
    assign(session, change, list, {name, "type=Telesales", "status=Active"}, true);
    store::complete(list);
    change.writer.add(list);
    change.report.add(list, "added", list.label());
    return {std::move(list), true};
}

void put_script(Session& session, Change& change, Record& list, const Arguments& args) {
    if (!args.has("script"))
        return;
    const std::int64_t script =
        mail::template_named(session.store(), args.text("script"), "Script");
    campaign::check_script(session.resolver(), session.env.clock, script,
                           noun_given(session, args));
    const Record before = list;
    list.put(list.field("script"), {Value(script)});
    if (change.writer.change(before, list))
        change.report.add(list, "updated", "script");
}

std::string what_was_read(const campaign::BuiltList& built) {
    std::string line = fmt::format("{} read, {} added, {} unchanged",
                                   static_cast<std::int64_t>(built.added.size()) + built.unchanged +
                                       built.no_number + built.do_not_call + built.same_number,
                                   built.added.size(), built.unchanged);
    const std::pair<std::int64_t, std::string_view> left_out[] = {
        {built.no_number, "without a number"},
        {built.do_not_call, "not to be called"},
        {built.same_number, "with the number of another member"}};
    for (const auto& [count, why] : left_out)
        if (count > 0)
            line += fmt::format(", {} {}", count, why);
    return line;
}

/// A list that nobody is in would only be in the way.
void refuse_empty(const Record& list, const campaign::BuiltList& built) {
    throw Error(Fault::not_found, "nobody_added",
                text::visible(fmt::format("nobody to call, so the list {} was not made: {}",
                                          list.label(), what_was_read(built))),
                "crm contact list QUERY -F name,phones,do_not_call");
}

int run_build(Session& session, const Arguments& args) {
    const std::vector<Found> people = people_given(session, args);
    const std::vector<std::int64_t> users = sellers(session, args);
    Change change(session, args);
    auto [list, is_new] = list_named(session, change, args.words.front());
    put_script(session, change, list, args);
    const campaign::BuiltList built = campaign::add_to_list(change.writer, list, people, users);
    if (built.added.empty() && is_new)
        refuse_empty(list, built);
    for (const Record& member : built.added)
        change.report.add(member, "added", short_id_and_name(session, who_of(session, member)));
    if (!session.quiet)
        session.remark(what_was_read(built));
    return change.end();
}

}  // namespace

Command call_build() {
    return {
        .help = "Make or extend a call list",
        .needs = Needs::writing,
        .arguments = {{.name = "LIST",
                       .kind = Kind::word,
                       .required = true,
                       .help = "the name of the list, a campaign of type Telesales"},
                      {.name = "QUERY|REF",
                       .kind = Kind::query,
                       .required = true,
                       .many = true,
                       .help = "contacts that a query finds, or references (- reads them from "
                               "standard input)",
                       .noun = "contact"}},
        .options = {{.name = "script",
                     .kind = Kind::reference,
                     .value = "NAME",
                     .help = "template of kind Script that sellers see",
                     .noun = "template"},
                    {.name = "to",
                     .kind = Kind::user,
                     .value = "USER,…",
                     .help = "deal the members to these users in turn"},
                    {.name = "on",
                     .kind = Kind::choice,
                     .value = "NOUN",
                     .help = "what the query is about: contact, lead or account",
                     .words = {"contact", "lead", "account"}}},
        .run = run_build,
        .complete = complete_call_list,
        .details =
            "The list is a campaign of type Telesales. It is made where there is none of that "
            "name, and extended where there is; who is in it stays. Who has no number, does "
            "not want to be called (do_not_call or the consent ledger), or has the number of "
            "another member is left out and counted on standard error. A member of --to is "
            "called by that user first of all. crm campaign edit LIST calendar=… sets the "
            "hours in which the members are called, each in their own time zone. Where "
            "nobody is left for a new list, none is made (exit 1). status=Inactive stops the list.",
        .examples = {{"call build Renewals tags:newsletter", "contacts with a tag"},
                     {"call build Renewals is:open --on lead --to ada,grace",
                      "open leads, for two sellers"}}};
}

}  // namespace crm::cmd
