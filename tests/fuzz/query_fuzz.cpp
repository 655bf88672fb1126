#include "base/pattern.hpp"
#include "query/lower.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Any bytes as a query: the first says on which noun, line ends part the words of the command
/// line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    static const crm::meta::Model model;
    static const crm::Clock clock{{1795514400}, ""};
    if (size == 0 || size > 4096)
        return 0;
    const auto nouns = model.entities();
    const auto& entity = nouns[data[0] % nouns.size()];
    std::vector<std::string> words(1);
    for (std::size_t i = 1; i < size; ++i) {
        if (data[i] == '\n')
            words.emplace_back();
        else
            words.back() += static_cast<char>(data[i]);
    }
    crm::query::Context context{
        .model = model, .clock = clock, .dialect = &crm::sql::sqlite_dialect()};
    context.trash = data[0] & 0x80;
    if (data[0] & 0x40)
        context.me = 1;
    context.segment = [&](std::string_view name) -> std::optional<crm::query::Segment> {
        return crm::query::Segment{std::string(entity.noun), name == "a"   ? "@b @b"
                                                             : name == "b" ? words.back()
                                                                           : "title:x"};
    };
    const auto condition = crm::query::compile(words, entity, context, "r");
    if (condition && condition->binds.size() > 30000)
        __builtin_trap();
    if (const auto pattern = crm::Pattern::compile(words[0]))
        pattern->found_in(words.back());
    return 0;
}
