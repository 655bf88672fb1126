#include "campaign/script.hpp"

#include "mail/fill.hpp"
#include "mail/template_versions.hpp"

namespace crm::campaign {
namespace {

Template read_script(const store::Record& version) {
    return Template(version.text("body"), version.short_id() + ".body");
}

}  // namespace

void check_script(store::Resolver& resolver, const Clock& clock, std::int64_t script,
                  const meta::Entity& noun) {
    store::Store& store = resolver.store();
    const store::Found about{&store.model().get("campaign"), 0};
    for (const store::Record& version : mail::template_versions(store, script))
        mail::Filler(resolver, clock, &noun, about, std::nullopt).check(read_script(version));
}

std::string script_for(store::Resolver& resolver, const Clock& clock, const store::Record& list,
                       const store::Record& who, std::int64_t user) {
    const std::int64_t script = list.number("script");
    if (script == 0)
        return {};
    store::Store& store = resolver.store();
    const auto versions = mail::template_versions(store, script);
    const meta::FieldInfo* language = who.entity->find("language");
    const Template text =
        read_script(mail::version_or_first(versions, language ? who.text(*language) : ""));
    mail::Filler filler(resolver, clock, who.entity, store::Found{list.entity, list.id},
                        store::Found{&store.model().with(meta::Role::user), user});
    filler.check(text);
    return text.filled(filler.values(who.id));
}

}  // namespace crm::campaign
