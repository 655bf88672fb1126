#include "people/consent_rules.hpp"

#include "meta/type.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::people {
namespace {

using meta::FieldInfo;
using store::Asked;
using store::Channel;
using store::ConsentLedger;
using store::Record;
using store::Rule;
using store::RuleContext;

/// A field that forbids the use of the addresses in another one.
struct Flag {
    std::string_view field, list;
    Channel channel;
};
constexpr Flag flags[] = {
    {"do_not_mail", "emails", Channel::mail},
    {"do_not_call", "phones", Channel::phone},
};

bool is_set(const Record& record, const Flag& flag) {
    return record.number(*record.entity->find(flag.field)) != 0;
}

const std::string& addresses(const Record& record, const Flag& flag) {
    return record.text(*record.entity->find(flag.list));
}

/// `off`: the flag goes, and who has agreed since then stays with that.
void forbid_all(RuleContext& context, const Record& record, const Flag& flag, bool off) {
    const std::string& list = addresses(record, flag);
    if (list.empty())
        return;
    ConsentLedger& ledger = context.consent();
    for (const meta::Item& item : meta::read_items(list))
        if (!(off && ledger.standing(flag.channel, item.value).given))
            ledger.forbid(flag.channel, item.value, "out", flag.field, context.now,
                          context.operation());
}

/// Whoever is added with an address whose owner objected to mail or calls has the flag.
void keep_suppressed(RuleContext& context, const Record* before, Record& person) {
    if (before != nullptr)
        return;
    ConsentLedger& ledger = context.consent();
    for (const Flag& flag : flags) {
        const auto objected = [&](const meta::Item& item) {
            const auto act = ledger.suppressed(flag.channel, item.value);
            return act && *act != "bounce";
        };
        if (!is_set(person, flag) &&
            std::ranges::any_of(meta::read_items(addresses(person, flag)), objected))
            person.put(*person.entity->find(flag.field), {Value(std::int64_t{1})});
    }
}

/// A flag writes a line for each address, also for those that are added later. Taking the flag off
/// takes no line back: it may have been set by mistake, or by the person.
void keep_objections(RuleContext& context, const Record* before, const Record& after) {
    if (context.loading)  // the ledger itself comes with the database
        return;
    for (const Flag& flag : flags) {
        const bool was = before != nullptr && is_set(*before, flag);
        const bool is = is_set(after, flag);
        if (is && !(was && addresses(*before, flag) == addresses(after, flag)))
            forbid_all(context, after, flag, false);
        if (was && !is) {
            forbid_all(context, *before, flag, true);
            if (!addresses(*before, flag).empty())
                context.remark(fmt::format(
                    "{} of {} is off, but the addresses stay suppressed: their owner objected",
                    flag.field, after.short_id()));
        }
    }
}

/// The person that a call is about; nothing for other records.
std::optional<Record> person_called(RuleContext& context, const Record& call) {
    const FieldInfo& about = *call.entity->find("about");
    const auto noun = call.views(about).front();
    if (noun.null())
        return {};
    const meta::Entity* entity = context.store().model().by_number(static_cast<int>(noun.number));
    if (entity == nullptr || entity->find("phones") == nullptr)
        return {};
    return context.find(*entity, call.number(about));
}

/// Who says on the telephone not to be called again: the number that was called, and the person
/// with all numbers.
void keep_refusal(RuleContext& context, const Record* before, const Record& call) {
    const FieldInfo& result = *call.entity->find("result");
    if (context.loading || call.text(result) != "Do Not Call" ||
        (before != nullptr && before->text(result) == call.text(result)))
        return;
    ConsentLedger& ledger = context.consent();
    const auto forbid = [&](std::string_view number) {
        ledger.forbid(Channel::phone, number, "out", "call", context.now, context.operation());
    };
    if (const std::string& number = call.text(*call.entity->find("number")); !number.empty())
        forbid(number);
    const auto person = person_called(context, call);
    if (!person)
        return;
    for (const meta::Item& item : meta::read_items(person->text("phones")))
        forbid(item.value);
    const FieldInfo* flag = person->entity->find("do_not_call");
    if (flag == nullptr || person->number(*flag) != 0 || !person->deleted_at.empty())
        return;
    Record after = *person;
    after.put(*flag, {Value(std::int64_t{1})});
    context.change(*person, after);
}

constexpr Rule consent_table[] = {
    {"contact", keep_suppressed, nullptr, nullptr, Asked::changes},
    {"lead", keep_suppressed, nullptr, nullptr, Asked::changes},
    {"contact", nullptr, nullptr, keep_objections},
    {"lead", nullptr, nullptr, keep_objections},
    {"call", nullptr, nullptr, keep_refusal},
};

}  // namespace

std::span<const Rule> consent_rules() {
    return consent_table;
}

}  // namespace crm::people
