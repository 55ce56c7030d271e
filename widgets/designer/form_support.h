#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#include <QLayout>
#include <QLineEdit>
#include <QPointer>
#include <QWidget>

#include <functional>

class QComboBox;
class QFormLayout;
class QLabel;
class QListWidget;
class QToolButton;
class QVBoxLayout;

namespace views {

using engine::modeling::ElementId;

/// Lays out its items in lines, as words in a text.
class FlowLayout final : public QLayout {
public:
    explicit FlowLayout(QWidget* parent = nullptr, int gap = 6);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override { m_items.append(item); }
    [[nodiscard]] int count() const override { return static_cast<int>(m_items.size()); }
    [[nodiscard]] QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override
    {
        return place({0, 0, width, 0}, false);
    }
    [[nodiscard]] QSize sizeHint() const override { return minimumSize(); }
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int place(const QRect& rect, bool apply) const;
    QList<QLayoutItem*> m_items;
    int m_gap;
};

/// A list of attributes as chips, each removable. The button that adds turns into a field that
/// finds attributes by any part of their names and stays open for the next one.
class Chips : public QWidget {
    Q_OBJECT
public:
    struct Chip {
        ElementId id{};
        QString text;
        QString tip;
        bool accent = true;
        bool operator==(const Chip&) const = default;
    };
    Chips(const theme::Theme& theme, const QString& name, QWidget* parent = nullptr);
    ~Chips() override;
    void set(const QList<Chip>& chips);
    /// What can be added, with the names under which it is found.
    std::function<QList<Chip>()> choices;

signals:
    void added(engine::modeling::ElementId id);
    void removed(engine::modeling::ElementId id);
    /// A chip was clicked.
    void clicked(engine::modeling::ElementId id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void rebuild();
    void beginAdding();
    void offer();
    void endAdding();
    /// What the words name alone; None if that is nothing or more.
    [[nodiscard]] ElementId named(const QString& words) const;
    /// Adds what the words name, else offers what they may mean.
    void take(const QString& words);
    const theme::Theme& m_theme;
    QString m_name;
    QList<Chip> m_chips;
    FlowLayout* m_layout;
    QWidget* m_anchor; ///< never shown: our place in Tab's order
    QToolButton* m_add;
    QLineEdit* m_field;
    QPointer<QListWidget> m_list; ///< what fits, below the field: a child of the window
};

/// Every attribute of the model by its path, "Hotel.address.city".
[[nodiscard]] QList<Chips::Chip> attributeChoices(const engine::modeling::Model& model,
                                                  const QList<ElementId>& without);

/// The part of the inspector about one kind of element.
class Form : public QWidget {
    Q_OBJECT
public:
    Form(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    /// Shows an element; false if this form is not about its kind.
    virtual bool show(ElementId id) = 0;

protected:
    using Model = engine::modeling::Model;
    [[nodiscard]] const Model& model() const { return m_context.model(); }
    /// A label above a field.
    QLineEdit* addField(const QString& label, const QString& placeholder = {});
    void addLabel(const QString& label);
    QLabel* addTitle();
    /// The text is taken when the field is left or Enter pressed, if it differs.
    void onEdited(QLineEdit* field, std::function<void(const QString&)> take);
    /// Does not disturb a field in which somebody types.
    static void setText(QLineEdit* field, const QString& text);
    /// An edit; a refused one shows the old text again.
    void edit(const QString& text, const studio::ModelDocument::Edit& change,
              const QString& merge = {});

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    QVBoxLayout* m_layout;
    ElementId m_id{};
};

/// A combo box of CQL types, editable.
[[nodiscard]] QComboBox* makeTypeBox(const QString& name, QWidget* parent);
/// Those types, with the model's own.
[[nodiscard]] QStringList typeNames(const engine::modeling::Model& model);
[[nodiscard]] std::optional<double> numberOf(const QString& text);
[[nodiscard]] QString numberText(const std::optional<double>& number);

} // namespace views
