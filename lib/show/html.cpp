#include "show/html.hpp"

namespace crm::show {

Html escaped(std::string_view plain) {
    Html out;
    for (const char c : plain) {
        switch (c) {
            case '&': out.text_ += "&amp;"; break;
            case '<': out.text_ += "&lt;"; break;
            case '>': out.text_ += "&gt;"; break;
            case '"': out.text_ += "&quot;"; break;
            case '\'': out.text_ += "&#39;"; break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out.text_ += c;
        }
    }
    return out;
}

}  // namespace crm::show
