#include "base/text.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/outside.hpp"
#include "cmd/cli/records.hpp"
#include "store/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>

/// segment each: a command for every record of a segment, or for every one that entered it.
namespace crm::cmd {
namespace {

using meta::Entity;

/// The words of the command for one record: {} is its id; without {} it comes after the verb.
std::vector<std::string> words_for(const std::vector<std::string>& pattern, const std::string& id) {
    std::vector<std::string> out;
    bool named = false;
    for (std::string word : pattern) {
        for (std::size_t at; (at = word.find("{}")) != std::string::npos; named = true)
            word.replace(at, 2, id);
        out.push_back(std::move(word));
    }
    if (!named)
        out.insert(out.begin() + 2, id);
    return out;
}

void within(Session& session, const std::function<void()>& work) {
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    work();
    transaction.commit();
}

int run(Session& session, const Arguments& args) {
    std::string name = args.words[0];
    if (name.starts_with('@'))
        name.erase(0, 1);
    const auto segment = segment_named(session.store(), name);
    if (!segment)
        throw Error(Fault::not_found, "not_found",
                    fmt::format("there is no segment '{}'", text::clipped(name, 60)),
                    "crm segment list");
    const Entity& noun = session.model().get(segment->text(*segment->entity->find("noun")));
    const std::string cursor = args.value("cursor");
    if (args.has("entered") != args.has("cursor"))
        throw Error(
            Fault::usage, "missing",
            "--entered needs a --cursor, which remembers what was done, and the other way round",
            "--entered --cursor welcome");
    std::vector<std::string> pattern(args.words.begin() + 1, args.words.end());
    if (args.has("mark")) {
        if (cursor.empty() || !pattern.empty())
            throw Error(Fault::usage, "missing",
                        "--mark goes with --entered --cursor NAME, and without a command");
    } else if (pattern.empty()) {
        throw Error(Fault::usage, "missing", "which command?",
                    fmt::format("crm segment each @{} -- tag +seen", name));
    }
    // A verb alone is one of the segment's noun.
    if (!pattern.empty()) {
        const Entity* other = session.model().find(pattern[0]);
        if (pattern.size() < 2 ||
            ((other == nullptr || find_command(other->noun, pattern[1]) == nullptr) &&
             find_command(noun.noun, pattern[0]) != nullptr))
            pattern.insert(pattern.begin(), std::string(noun.noun));
    }

    std::vector<std::int64_t> ids = selection(session, noun, {"@" + name}).ids();
    std::ranges::sort(ids);
    if (args.has("entered")) {
        const auto done = store::cursor_of(session.store(), cursor, noun);
        std::vector<std::int64_t> left;
        std::ranges::set_difference(done, ids, std::back_inserter(left));
        if (!left.empty() && !session.dry_run)
            within(session, [&] {
                for (const std::int64_t id : left)
                    store::forget(session.store(), cursor, noun, id);
            });
        std::erase_if(ids, [&](std::int64_t id) { return done.contains(id); });
    }
    if (args.has("mark")) {
        if (!session.dry_run && !ids.empty())
            within(session, [&] {
                for (const std::int64_t id : ids)
                    store::move_cursor(session.store(), cursor, noun, id);
            });
        if (!session.quiet)
            session.remark(fmt::format("{}{} {} marked as done in {}",
                                       session.dry_run ? "dry run: " : "", ids.size(),
                                       ids.size() == 1 ? noun.noun : noun.plural, cursor));
        return 0;
    }

    const auto command_for = [&](const std::string& which) {
        Parsed parsed = parse(words_for(pattern, which), session.model());
        if (parsed.command == nullptr || parsed.command->needs != Needs::writing ||
            parsed.command->run == run)
            throw Error(Fault::usage, "no_writing",
                        fmt::format("'{}' is no command that changes something",
                                    text::clipped(pattern[0] + " " + pattern[1], 60)),
                        "each runs add, edit, tag, move and the like; for others: crm … list -o "
                        "ids | crm … -");
        return parsed;
    };
    command_for(
        meta::short_id(noun, 1));  // a slip in a crontab shows before the first member comes
    std::int64_t failed = 0;
    for (const std::int64_t id : ids) {
        const std::string which = meta::short_id(noun, id);
        Parsed parsed = command_for(which);
        for (const auto& [option, value] : args.options)
            if (option_named(global_options(), "--" + option) != nullptr)
                parsed.args.options.try_emplace(option, value);
        apply_global_options(session, parsed.args);  // what stands after -- counts, too
        const std::size_t printed = session.out.buffer().size();
        bool moved = false;
        try {
            if (has_hooks(session, parsed))
                ask_hooks(session, parsed, would_change(session, parsed));
            if (!cursor.empty())
                session.in_same_transaction = [&](store::Store& store) {
                    if (!store::move_cursor(store, cursor, noun, id))
                        throw Error(Fault::refused, "conflict", "another job was faster");
                    moved = true;
                };
            const int code = parsed.command->run(session, parsed.args);
            session.in_same_transaction = nullptr;
            if (code != 0)
                ++failed;  // it has said why
            // It changed nothing, and was right not to.
            else if (!cursor.empty() && !moved && !session.dry_run)
                within(session, [&] { store::move_cursor(session.store(), cursor, noun, id); });
        } catch (const Error& e) {
            session.in_same_transaction = nullptr;
            session.out.buffer().resize(printed);
            if (e.fault == Fault::internal || e.fault == Fault::io || e.fault == Fault::busy)
                throw;
            if (e.code == "conflict" && e.message == "another job was faster")
                continue;
            session.remark(fmt::format("{}: {}", which, e.message));
            ++failed;
        }
    }
    return failed > 0 ? static_cast<int>(Fault::rejected) : 0;
}

}  // namespace

Command segment_each() {
    return {
        .help = "Run a command for every record of a segment, or that entered it",
        .needs = Needs::writing,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "@NAME"},
             {.name = "VERB…",
              .kind = Kind::word,
              .many = true,
              .help = "after --: the command, with {} for the record; without {} the record comes "
                      "after the verb"}},
        .options = {{.name = "entered",
                     .help = "only for those that entered since the cursor was here"},
                    {.name = "cursor",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "remembers which records were done"},
                    {.name = "mark",
                     .help = "count those that are in it now as done, and run nothing"}},
        .run = run,
        .details =
            "Each run is a command of its own in the history, which undo takes back. With a cursor "
            "it is moved in the same transaction as what the command changes: a job in a crontab "
            "that is killed, or that meets another one, neither loses nor repeats work. "
            "A record that leaves the segment and comes back has entered again; what an undo took "
            "back is not done again. Where a command fails the others go on, the record stays "
            "undone for the next time, and the exit is 6. The first run finds everything: --mark "
            "lets it begin with what comes.",
        .examples = {{"segment each @new-customers --entered --cursor welcome -- task add 'Call "
                      "and say welcome' about={} due=+2bd",
                      "a task for each new customer, from cron"},
                     {"segment each @stale -- tag +winback", "all that are in it now"},
                     {"segment each @new-customers --entered --cursor welcome --mark",
                      "begin with those who come from now on"}}};
}

}  // namespace crm::cmd
