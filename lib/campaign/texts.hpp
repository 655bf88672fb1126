#pragma once

#include "mail/fill.hpp"
#include "mail/template.hpp"
#include "store/record.hpp"
#include "store/resolve.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a campaign says: its templates in all their languages.
namespace crm::campaign {

/// One template in one language.
struct Text {
    std::int64_t record = 0;  ///< the template
    std::string language;
    std::string subject_source, body_source;
    Template subject, body;
};

/// A version of the mail that some of the members get.
struct Variant {
    std::string name;
    std::int64_t record = 0;  ///< the template; 0: that of the campaign
    std::int64_t share = 0;   ///< per cent
};
/// The variants of a campaign; the first is its own template, with what the others leave. Empty
/// where there are no others.
std::vector<Variant> variants_of(const store::Record& campaign);
/// The one that a member gets: it follows from both uids, on every machine.
const Variant& variant_for(std::span<const Variant> variants, std::string_view campaign_uid,
                           std::string_view member_uid);

/// A further mail of a campaign.
struct Step {
    std::int64_t number = 1;
    std::int64_t after = 0;   ///< seconds since the step before it was sent
    std::int64_t record = 0;  ///< the template; 0: that of the campaign
    std::string unless;       ///< reply, click, none
};
/// The steps of a campaign in their order, without the first.
std::vector<Step> steps_of(const store::Record& campaign);

/// That a campaign has no step of a number.
Error no_step(const store::Record& campaign, std::int64_t step);

/// All texts of a campaign, read and checked.
class Texts {
public:
    /// `nouns`: of the members. Throws usage where the campaign has no template or one of them is
    /// wrong for one of the nouns, refused for one that does not go by e-mail.
    Texts(store::Resolver& resolver, const Clock& clock, const store::Record& campaign,
          std::span<const meta::Entity* const> nouns, std::optional<store::Found> me);

    /// The text of a step and a variant in the best language; null where there is none in theirs.
    /// Throws usage where there is no such step.
    const Text* find(std::int64_t step, const Variant* variant, const std::string& language) const;
    /// The same; throws refused where there is none.
    const Text& get(std::int64_t step, const Variant* variant, const std::string& language) const;
    /// The values of all texts for some records of a noun, by their numbers.
    std::map<std::int64_t, TemplateValues> values(const meta::Entity& noun,
                                                  std::span<const std::int64_t> ids);

private:
    void read(std::int64_t record);

    store::Resolver& resolver_;
    const store::Record& campaign_;
    std::map<std::int64_t, std::int64_t> of_step_;   ///< templates
    std::map<std::int64_t, std::list<Text>> texts_;  ///< by template, in all languages
    std::map<const meta::Entity*, std::unique_ptr<mail::Filler>> fillers_;
};

}  // namespace crm::campaign
