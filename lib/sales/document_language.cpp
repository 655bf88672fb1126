#include "sales/document_language.hpp"

#include "base/money.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::sales {
namespace {

constexpr DocumentLanguage languages[] = {
    {"en", "Quote", "Order", "Date", "Valid until", "Due on", "No.", "Item", "Quantity", "Price",
     "Discount", "Tax", "Net", "Subtotal", "Total", ",", ".", "y-m-d"},
    {"de", "Angebot", "Auftrag", "Datum", "Gültig bis", "Zahlbar bis", "Pos.", "Artikel", "Menge",
     "Preis", "Rabatt", "MwSt.", "Netto", "Zwischensumme", "Gesamt", ".", ",", "d.m.y"},
    {"fr", "Devis", "Commande", "Date", "Valable jusqu’au", "À payer avant le", "N°", "Article",
     "Quantité", "Prix", "Remise", "TVA", "Net", "Sous-total", "Total", "\u202f", ",", "d/m/y"},
    {"es", "Presupuesto", "Pedido", "Fecha", "Válido hasta", "Vence el", "N.º", "Artículo",
     "Cantidad", "Precio", "Descuento", "IVA", "Neto", "Subtotal", "Total", ".", ",", "d/m/y"},
    {"it", "Preventivo", "Ordine", "Data", "Valido fino al", "Scadenza", "N.", "Articolo",
     "Quantità", "Prezzo", "Sconto", "IVA", "Netto", "Imponibile", "Totale", ".", ",", "d/m/y"},
    {"nl", "Offerte", "Bestelling", "Datum", "Geldig tot", "Te betalen op", "Nr.", "Artikel",
     "Aantal", "Prijs", "Korting", "Btw", "Netto", "Subtotaal", "Totaal", ".", ",", "d-m-y"},
    {"pt", "Orçamento", "Encomenda", "Data", "Válido até", "Vence em", "N.º", "Artigo",
     "Quantidade", "Preço", "Desconto", "IVA", "Líquido", "Subtotal", "Total", ".", ",", "d/m/y"},
    {"pl", "Oferta", "Zamówienie", "Data", "Ważna do", "Termin płatności", "Lp.", "Pozycja",
     "Ilość", "Cena", "Rabat", "VAT", "Netto", "Suma częściowa", "Razem", "\u00a0", ",", "d.m.y"},
    {"zh", "报价单", "订单", "日期", "有效期至", "付款期限", "序号", "品名", "数量", "单价", "折扣",
     "税", "净额", "小计", "合计", ",", ".", "y年m月d日"},
    {"ja", "見積書", "注文書", "日付", "有効期限", "支払期限", "番号", "品名", "数量", "単価",
     "値引", "税", "金額", "小計", "合計", ",", ".", "y年m月d日"},
};

}  // namespace

std::string DocumentLanguage::money(std::int64_t minor, std::string_view currency) const {
    const std::string plain = money_text(minor, currency);
    const std::size_t point = std::min(plain.find('.'), plain.size());
    const std::size_t first = plain.starts_with('-') ? 1 : 0;
    std::string out;
    for (std::size_t i = 0; i < point; ++i) {
        if (i > first && (point - i) % 3 == 0)
            out += group_separator;
        out += plain[i];
    }
    if (point < plain.size())
        out += std::string(decimal_point) + plain.substr(point + 1);
    return fmt::format("{} {}", out, currency);
}

std::string DocumentLanguage::decimal(std::int64_t units, int scale) const {
    std::string out = decimal_text(units, scale);
    if (const auto point = out.find('.'); point != std::string::npos)
        out.replace(point, 1, decimal_point);
    return out;
}

std::string DocumentLanguage::percent(std::int64_t hundredths) const {
    return decimal(hundredths, 2) + " %";
}

std::string DocumentLanguage::day(std::string_view iso) const {
    if (iso.size() < 10)
        return std::string(iso);
    std::string out;
    for (const char c : date_format) {
        if (c == 'y')
            out += iso.substr(0, 4);
        else if (c == 'm')
            out += iso.substr(5, 2);
        else if (c == 'd')
            out += iso.substr(8, 2);
        else
            out += c;
    }
    return out;
}

std::span<const DocumentLanguage> document_languages() {
    return languages;
}

const DocumentLanguage* find_document_language(std::string_view code) {
    const auto found = std::ranges::find(languages, code, &DocumentLanguage::code);
    return found == std::end(languages) ? nullptr : &*found;
}

}  // namespace crm::sales
