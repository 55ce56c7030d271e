#include "engine/modeling/edit.h"
#include "engine/modeling/edit_support.h"
#include "engine/modeling/mapping.h"

#include <set>

namespace engine::modeling {

using namespace editing;

namespace {

std::string freeLabel(const Model& model)
{
    for (int number = 1;; ++number) {
        std::string label = fmt::format("Q{}", number);
        if (std::ranges::find(model.queries, label, &Query::label) == model.queries.end())
            return label;
    }
}

Result<void> checkQuery(const Model& model, const Query& query)
{
    for (const Query& other : model.queries)
        if (other.id != query.id && other.label == query.label)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("{} is another query's label.", query.label)};
    const auto known = [&model](ElementId id) {
        return findAttribute(model, id).attribute != nullptr;
    };
    std::vector<ElementId> named = query.equality;
    named.insert(named.end(), query.range.begin(), query.range.end());
    named.insert(named.end(), query.returns.begin(), query.returns.end());
    for (const Ordering& order : query.order)
        named.push_back(order.attribute);
    if (!std::ranges::all_of(named, known))
        return gone();
    for (const ElementId id : query.range)
        if (std::ranges::find(query.equality, id) != query.equality.end())
            return Error{ErrorCode::Invalid,
                         fmt::format("{} is searched by equality already: a range of it adds "
                                     "nothing.",
                                     attributePath(model, id))};
    if (query.finds != ElementId::None && !findEntity(model, query.finds) &&
        !findRelationship(model, query.finds))
        return gone();
    for (const ElementId screen : {query.from, query.to})
        if (screen != ElementId::None && !findScreen(model, screen))
            return gone();
    if (!(query.callsPerSecond >= 0))
        return Error{ErrorCode::Invalid, "The rate is not below zero."};
    return ok();
}

} // namespace

Result<Model> addScreen(const Model& before, std::string_view name, Point centre)
{
    RW_ASSIGN(std::string clean, cleanName(name));
    std::string free = clean;
    for (int number = 2;
         std::ranges::find(before.screens, free, &Screen::name) != before.screens.end(); ++number)
        free = fmt::format("{} {}", clean, number);
    Model model = before;
    Screen screen;
    screen.id = model.newId();
    screen.name = std::move(free);
    model.positions[screen.id] = centre;
    model.screens.push_back(std::move(screen));
    return model;
}

Result<Model> addQuery(const Model& before, std::string_view question, ElementId from, ElementId to)
{
    Model model = before;
    Query query;
    query.id = model.newId();
    query.label = freeLabel(before);
    query.question = question;
    query.from = from;
    query.to = to;
    RW_TRY(checkQuery(model, query));
    model.queries.push_back(std::move(query));
    return model;
}

Result<Model> setQuery(const Model& before, const Query& query)
{
    Model model = before;
    Query* found = find(model.queries, query.id);
    if (!found)
        return gone();
    RW_TRY(cleanName(query.label));
    RW_TRY(checkQuery(model, query));
    *found = query;
    // A split can only be made of what is searched by equality.
    std::erase_if(found->partitionKey, [found](ElementId id) {
        return std::ranges::find(found->equality, id) == found->equality.end();
    });
    if (found->partitionKey.size() == found->equality.size())
        found->partitionKey.clear();
    return model;
}

Result<Model> nameTableOf(const Model& before, ElementId queryId, std::string_view wanted)
{
    Model model = before;
    Query* query = find(model.queries, queryId);
    if (!query)
        return gone();
    const bool legal = wanted.size() <= 48 && std::ranges::all_of(wanted, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                       });
    if (!legal)
        return Error{ErrorCode::Invalid,
                     fmt::format("{} is no name for a table: it takes small letters, digits and _, "
                                 "48 at most.",
                                 wanted)};
    query->tableName = wanted;
    const auto table = std::ranges::find_if(model.tables, [queryId](const ModelTable& each) {
        return each.viewOf == ElementId::None &&
               std::ranges::find(each.queries, queryId) != each.queries.end();
    });
    if (table == model.tables.end())
        return model;
    if (!wanted.empty())
        return rename(model, table->id, wanted);
    // Without a wish the table is called as if it were new, if that name is free.
    const auto mapped = mapQuery(model, *query);
    if (!mapped)
        return model;
    auto renamed = rename(model, table->id, mapped->table.name);
    return renamed ? std::move(*renamed) : std::move(model);
}

Result<Model> renumberQueries(const Model& before)
{
    Model model = before;
    std::vector<Query> ordered;
    std::set<ElementId> done;
    // Breadth first from the entry points; what no entry point reaches comes last.
    std::vector<ElementId> screens;
    const auto take = [&](const auto& wanted) {
        for (const Query& query : model.queries)
            if (!done.contains(query.id) && wanted(query)) {
                done.insert(query.id);
                ordered.push_back(query);
                if (query.to != ElementId::None &&
                    std::ranges::find(screens, query.to) == screens.end())
                    screens.push_back(query.to);
            }
    };
    take([](const Query& query) { return query.from == ElementId::None; });
    for (std::size_t i = 0; i < screens.size(); ++i)
        take([&](const Query& query) { return query.from == screens[i]; });
    take([](const Query&) { return true; });
    for (std::size_t i = 0; i < ordered.size(); ++i)
        ordered[i].label = fmt::format("Q{}", i + 1);
    model.queries = std::move(ordered);
    return model;
}

Result<Model> addNote(const Model& before, std::string_view diagram, std::string_view text,
                      Point centre)
{
    Model model = before;
    Note note;
    note.id = model.newId();
    note.diagram = diagram;
    note.text = text;
    model.positions[note.id] = centre;
    model.notes.push_back(std::move(note));
    return model;
}

} // namespace engine::modeling
