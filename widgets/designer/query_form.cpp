#include "widgets/designer/query_form.h"

#include "engine/modeling/coverage.h"
#include "engine/modeling/edit.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"
#include "engine/modeling/query_cql.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;
using theme::Ink;
using theme::Type;

namespace {

/// True if the lines of the conceptual model close a circle: then two entity types may be connected
/// in several ways.
bool hasSeveralWays(const mo::Model& model)
{
    std::map<ElementId, ElementId> root;
    const auto rootOf = [&root](ElementId id) {
        while (root.try_emplace(id, id).first->second != id)
            id = root[id];
        return id;
    };
    for (const RelationshipType& relationship : model.relationships)
        for (const Participation& end : relationship.ends) {
            const ElementId a = rootOf(relationship.id);
            const ElementId b = rootOf(end.entity);
            if (a == b)
                return true;
            root[a] = b;
        }
    return false;
}

} // namespace

QueryForm::QueryForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(theme::makeLabel({}, Type::Heading)),
      m_badge(new theme::Badge(theme))
{
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_badge);
    m_layout->addLayout(head);
    m_question = addField(tr("Question"));
    auto* kinds = new QHBoxLayout;
    m_access = new QComboBox(this);
    m_access->setAccessibleName(tr("Read or write"));
    m_access->addItems({tr("reads"), tr("writes")});
    m_finds = new QComboBox(this);
    m_finds->setAccessibleName(tr("Finds"));
    m_finds->setToolTip(tr("What the query finds"));
    kinds->addWidget(m_access);
    kinds->addWidget(m_finds, 1);
    m_layout->addSpacing(4);
    m_layout->addLayout(kinds);
    const auto addChips = [this](const QString& label, List list) {
        addLabel(label);
        auto* chips = new Chips(m_theme, label, this);
        m_layout->addWidget(chips);
        connectChips(chips, list);
        return chips;
    };
    m_equality = addChips(tr("Searched by (equality)"), List::Equality);
    m_range = addChips(tr("Range"), List::Range);
    m_order = addChips(tr("Order"), List::Order);
    m_returns = addChips(tr("Returns"), List::Returns);
    addFigures();
    auto* links = new QHBoxLayout;
    auto* alternatives = new QPushButton(tr("Alternatives…"), this);
    auto* steps = new QPushButton(tr("Step through the rules"), this);
    for (QPushButton* each : {alternatives, steps}) {
        each->setProperty("link", true);
        links->addWidget(each);
    }
    connect(alternatives, &QPushButton::clicked, this,
            [this] { emit alternativesRequested(m_id); });
    connect(steps, &QPushButton::clicked, this, [this] { emit stepsRequested(m_id); });
    links->addStretch();
    m_layout->addLayout(links);
    m_layout->addSpacing(4);
    m_layout->addWidget(theme::makeRule(this));
    m_rules = new QVBoxLayout;
    m_rules->setContentsMargins(0, 6, 0, 0);
    m_rules->setSpacing(5);
    m_layout->addLayout(m_rules);
    m_layout->addSpacing(6);
    m_layout->addWidget(theme::makeRule(this));
    m_broken = theme::makeLabel({}, Type::Label, "error");
    m_statement = theme::makeLabel({}, Type::Code);
    m_statement->setAccessibleName(tr("CQL of the query"));
    for (QLabel* label : {m_broken, m_statement}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        m_layout->addWidget(label);
    }
    connectFields();
}

void QueryForm::addFigures()
{
    const auto addRows = [this](std::initializer_list<std::pair<QString, QWidget*>> rows) {
        auto* grid = new QGridLayout;
        grid->setContentsMargins(0, 6, 0, 0);
        grid->setColumnStretch(1, 1);
        int row = 0;
        for (const auto& [label, field] : rows) {
            grid->addWidget(theme::makeLabel(label, Type::Body, "2"), row, 0);
            grid->addWidget(field, row++, 1, field == m_table ? Qt::AlignLeft : Qt::Alignment());
        }
        m_layout->addLayout(grid);
    };
    m_rate = new QLineEdit(this);
    m_rate->setAccessibleName(tr("Calls per second"));
    m_rate->setPlaceholderText(tr("per second"));
    m_p99 = new QLineEdit(this);
    m_p99->setAccessibleName(tr("Target p99 in milliseconds"));
    m_p99->setPlaceholderText(tr("ms"));
    addRows({{tr("Rate per second"), m_rate}, {tr("Target p99, ms"), m_p99}});
    m_unique = new QCheckBox(tr("At most one row"), this);
    m_layout->addWidget(m_unique);
    m_viaLabel = theme::makeLabel(tr("By way of"), Type::Label, "2");
    m_layout->addSpacing(3);
    m_layout->addWidget(m_viaLabel);
    m_via = new Chips(m_theme, tr("By way of"), this);
    m_via->setToolTip(tr("Relationships to go by where several ways lead to what is found"));
    m_layout->addWidget(m_via);
    connectVia();
    m_roleLabel = theme::makeLabel(tr("Given is the"), Type::Label, "2");
    m_layout->addSpacing(3);
    m_layout->addWidget(m_roleLabel);
    m_role = new QComboBox(this);
    m_role->setAccessibleName(tr("Given is the"));
    m_role->setToolTip(tr("Which of the two ends of a relationship of a type with itself the call "
                          "gives; the other one is found"));
    m_layout->addWidget(m_role);
    connect(m_role, &QComboBox::activated, this, [this](int index) {
        change(tr("Change query"), [role = m_role->itemData(index).toString()](mo::Query& q) {
            q.givenRole = role.toStdString();
        });
    });
    m_width = new QLineEdit(this);
    m_width->setAccessibleName(tr("Range width"));
    m_width->setToolTip(
        tr("How much of the range one call asks for: days of a date or time, values "
           "of anything else. It says how many buckets the query reads."));
    m_name = new QLineEdit(this);
    m_name->setAccessibleName(tr("Table name"));
    m_name->setToolTip(tr("Empty: the mapping rules name it"));
    m_table = new QPushButton(this);
    m_table->setProperty("link", true);
    m_table->setAccessibleName(tr("Becomes table"));
    addRows(
        {{tr("Range width"), m_width}, {tr("Table name"), m_name}, {tr("Becomes table"), m_table}});
}

void QueryForm::connectFields()
{
    onEdited(m_question, [this](const QString& text) {
        change(tr("Change question"), [&](mo::Query& q) { q.question = text.toStdString(); });
    });
    onEdited(m_rate, [this](const QString& text) {
        change(tr("Change rate"),
               [&](mo::Query& q) { q.callsPerSecond = numberOf(text).value_or(0); });
        show(m_id);
    });
    onEdited(m_p99, [this](const QString& text) {
        change(tr("Change target"), [&](mo::Query& q) { q.targetP99Ms = numberOf(text); });
        show(m_id);
    });
    onEdited(m_width, [this](const QString& text) {
        change(tr("Change range"), [&](mo::Query& q) { q.rangeWidth = numberOf(text); });
        show(m_id);
    });
    onEdited(m_name, [this](const QString& text) {
        edit(tr("Name the table"),
             [id = m_id, name = text.trimmed().toStdString()](const Model& model) {
                 return nameTableOf(model, id, name);
             });
        show(m_id);
    });
    connect(m_access, &QComboBox::activated, this, [this](int index) {
        change(tr("Change access"), [&](mo::Query& q) { q.access = static_cast<Access>(index); });
    });
    connect(m_finds, &QComboBox::activated, this, [this](int index) {
        const ElementId id{m_finds->itemData(index).toUInt()};
        change(tr("Change what is found"), [&](mo::Query& q) { q.finds = id; });
    });
    connect(m_unique, &QCheckBox::clicked, this, [this](bool on) {
        change(tr("At most one row"), [&](mo::Query& q) { q.unique = on; });
    });
    connect(m_table, &QPushButton::clicked, this, [this] {
        const ElementId table = m_context.findings()->tableOf(m_id);
        if (table == ElementId::None)
            return;
        if (m_context.stage() == studio::DesignStage::Conceptual)
            m_context.setStage(studio::DesignStage::Logical);
        m_context.reveal(table);
    });
}

void QueryForm::connectChips(Chips* chips, List list)
{
    chips->choices = [this, list] {
        QList<ElementId> without;
        if (const mo::Query* query = findQuery(model(), m_id)) {
            if (list == List::Returns)
                without = QList<ElementId>(query->returns.begin(), query->returns.end());
            if (list == List::Equality || list == List::Range) {
                without = QList<ElementId>(query->equality.begin(), query->equality.end());
                without += QList<ElementId>(query->range.begin(), query->range.end());
            }
            if (list == List::Order)
                for (const Ordering& order : query->order)
                    without += order.attribute;
        }
        return attributeChoices(model(), without);
    };
    connect(chips, &Chips::added, this, [this, list](ElementId id) {
        change(tr("Change query"), [&](mo::Query& q) {
            switch (list) {
            case List::Equality:
                q.equality.push_back(id);
                break;
            case List::Range:
                q.range.push_back(id);
                break;
            case List::Order:
                q.order.push_back({id, false});
                break;
            case List::Returns:
                q.returns.push_back(id);
                break;
            }
            const AttributeOwner owner = findAttribute(model(), id);
            if (q.finds == ElementId::None)
                q.finds = owner.entity ? owner.entity->id : owner.relationship->id;
        });
    });
    connect(chips, &Chips::removed, this, [this, list](ElementId id) {
        change(tr("Change query"), [&](mo::Query& q) {
            std::erase(list == List::Equality ? q.equality
                       : list == List::Range  ? q.range
                                              : q.returns,
                       list == List::Order ? ElementId::None : id);
            if (list == List::Order)
                std::erase_if(q.order, [id](const Ordering& o) { return o.attribute == id; });
        });
    });
    connect(chips, &Chips::clicked, this, [this, list](ElementId id) {
        if (list == List::Order)
            change(tr("Change order"), [&](mo::Query& q) {
                for (Ordering& order : q.order)
                    if (order.attribute == id)
                        order.descending = !order.descending;
            });
        else
            m_context.reveal(id);
    });
}

void QueryForm::connectVia()
{
    m_via->choices = [this] {
        QList<Chips::Chip> out;
        const mo::Query* query = findQuery(model(), m_id);
        for (const RelationshipType& each : model().relationships)
            if (query && std::ranges::find(query->via, each.id) == query->via.end())
                out.append({each.id, studio::text(each.name), {}, true});
        return out;
    };
    connect(m_via, &Chips::added, this, [this](ElementId id) {
        change(tr("Change query"), [id](mo::Query& q) { q.via.push_back(id); });
    });
    connect(m_via, &Chips::removed, this, [this](ElementId id) {
        change(tr("Change query"), [id](mo::Query& q) { std::erase(q.via, id); });
    });
    connect(m_via, &Chips::clicked, this, [this](ElementId id) { m_context.reveal(id); });
}

void QueryForm::change(const QString& text, const std::function<void(mo::Query&)>& how)
{
    const mo::Query* query = findQuery(model(), m_id);
    if (m_filling || !query)
        return;
    mo::Query changed = *query;
    how(changed);
    edit(text, [changed](const Model& model) { return setQuery(model, changed); });
}

bool QueryForm::show(ElementId id)
{
    const mo::Query* query = findQuery(model(), id);
    if (!query)
        return false;
    m_id = id;
    m_filling = true;
    m_title->setText(tr("Query %1").arg(studio::text(query->label)));
    setText(m_question, studio::text(query->question));
    m_access->setCurrentIndex(static_cast<int>(query->access));
    fillFinds(*query);
    showChips(*query);
    setText(m_rate, query->callsPerSecond > 0 ? numberText(query->callsPerSecond) : QString());
    setText(m_p99, numberText(query->targetP99Ms));
    showRoles(*query);
    setText(m_name, studio::text(query->tableName));
    setText(m_width, numberText(query->rangeWidth));
    m_width->setEnabled(!query->range.empty());
    m_width->setPlaceholderText(query->range.empty() ? tr("no range") : QString());
    m_unique->setChecked(query->unique);
    showAnswer(*query);
    showRules(*query);
    showStatement(*query);
    m_filling = false;
    return true;
}

void QueryForm::fillFinds(const mo::Query& query)
{
    m_finds->clear();
    m_finds->addItem(tr("finds …"), 0U);
    const auto add = [this, &query](const std::string& name, ElementId id) {
        m_finds->addItem(studio::text(name), static_cast<quint32>(id));
        if (id == query.finds)
            m_finds->setCurrentIndex(m_finds->count() - 1);
    };
    for (const EntityType& entity : model().entities)
        add(entity.name, entity.id);
    for (const RelationshipType& relationship : model().relationships)
        add(relationship.name, relationship.id);
}

void QueryForm::showChips(const mo::Query& query)
{
    const auto chips = [this](const std::vector<ElementId>& ids, bool accent) {
        QList<Chips::Chip> out;
        for (const ElementId id : ids)
            out.append({id, studio::text(attributePath(model(), id)), {}, accent});
        return out;
    };
    m_equality->set(chips(query.equality, true));
    m_range->set(chips(query.range, true));
    QList<Chips::Chip> order;
    for (const Ordering& each : query.order)
        order.append({each.attribute,
                      studio::text(attributePath(model(), each.attribute)) +
                          (each.descending ? QStringLiteral(" ↓") : QStringLiteral(" ↑")),
                      tr("Click to turn the order around"), true});
    m_order->set(order);
    m_returns->set(chips(query.returns, false));
    QList<Chips::Chip> via;
    for (const ElementId id : query.via)
        via.append({id, studio::text(elementName(model(), id)), {}, false});
    m_via->set(via);
    const bool chooses = !query.via.empty() || hasSeveralWays(model());
    m_via->setVisible(chooses);
    m_viaLabel->setVisible(chooses);
}

void QueryForm::showRoles(const mo::Query& query)
{
    QStringList roles;
    for (const RelationshipType& each : model().relationships)
        for (const Participation& end : each.ends)
            if (!end.role.empty() &&
                std::ranges::count(each.ends, end.entity, &Participation::entity) > 1)
                roles += studio::text(end.role);
    roles.removeDuplicates();
    m_role->clear();
    m_role->addItem(tr("first end"), QString());
    for (const QString& role : std::as_const(roles)) {
        m_role->addItem(role, role);
        if (role == studio::text(query.givenRole))
            m_role->setCurrentIndex(m_role->count() - 1);
    }
    m_role->setVisible(!roles.isEmpty());
    m_roleLabel->setVisible(!roles.isEmpty());
}

void QueryForm::showAnswer(const mo::Query& query)
{
    const auto& findings = m_context.findings();
    const AnswerKind kind = findings->answerOf(query.id);
    const ElementId table = findings->tableOf(query.id);
    m_name->setPlaceholderText(query.tableName.empty() && table != ElementId::None
                                   ? studio::text(mo::findTable(model(), table)->name)
                                   : tr("as the rules name it"));
    m_table->setText(table == ElementId::None ? tr("not yet")
                                              : studio::text(elementName(model(), table)));
    m_table->setEnabled(table != ElementId::None);
    if (query.access == Access::Write || model().tables.empty())
        m_badge->set({}, Ink::Text2);
    else if (kind == AnswerKind::Key || kind == AnswerKind::Partitions)
        m_badge->set(tr("covered"), Ink::Success);
    else if (kind == AnswerKind::Index)
        m_badge->set(tr("by index"), Ink::Warning);
    else if (kind == AnswerKind::Scan)
        m_badge->set(tr("by scan"), Ink::Warning);
    else
        m_badge->set(tr("not covered"), Ink::Error);
}

void QueryForm::showStatement(const mo::Query& query)
{
    std::optional<FailingStatement> failing;
    bool isMade = query.access == Access::Write;
    for (const ModelTable& table : model().tables) {
        if (std::ranges::find(table.queries, query.id) == table.queries.end())
            continue;
        isMade = true;
        if (query.access == Access::Read && !failing)
            failing = failingStatement(model(), query, table);
    }
    m_broken->setVisible(failing.has_value());
    m_broken->setText(
        !failing ? QString()
        : failing->rule == MappingRule::None
            ? tr("It fails: %1").arg(studio::text(failing->error))
            : tr("%1 is broken, it fails: %2")
                  .arg(studio::text(ruleName(failing->rule)), studio::text(failing->error)));
    m_statement->setText(failing  ? studio::text(failing->cql)
                         : isMade ? studio::text(queryStatements(model(), query))
                                  : tr("Its CQL is shown when it has a table."));
}

void QueryForm::showRules(const mo::Query& query)
{
    while (QLayoutItem* item = m_rules->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    if (query.access == Access::Write)
        return;
    m_rules->addWidget(theme::makeLabel(
        tr("Mapping rules applied to %1").arg(studio::text(query.label)), Type::Emphasis));
    const auto mapped = mapQuery(model(), query);
    const auto addLine = [this](const QString& rule, const QString& text, const char* tone) {
        auto* line = new QWidget(this);
        auto* layout = new QHBoxLayout(line);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(8);
        auto* name = theme::makeLabel(rule, Type::Label, "2");
        QFont font = name->font();
        font.setWeight(QFont::DemiBold);
        name->setFont(font);
        name->setFixedWidth(30);
        layout->addWidget(name, 0, Qt::AlignTop);
        auto* label = theme::makeLabel(text, Type::Label, tone);
        label->setWordWrap(true);
        layout->addWidget(label, 1);
        m_rules->addWidget(line);
    };
    if (!mapped) {
        addLine({}, studio::text(mapped.error().detail()), "warning");
        return;
    }
    for (const MappingStep& step : mapped->steps)
        addLine(studio::text(ruleName(step.rule)), studio::text(step.text), "2");
    for (const mo::Verdict& verdict : mapped->verdicts)
        if (verdict.judgement == Judgement::Broken || verdict.judgement == Judgement::Warning)
            addLine(studio::text(ruleName(verdict.rule)), studio::text(verdict.text),
                    verdict.judgement == Judgement::Broken ? "error" : "warning");
}

} // namespace views
