#include "app/settings_dialog.h"

#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>

namespace app {

SettingsDialog::SettingsDialog(const theme::Theme& theme, studio::Settings& settings,
                               studio::ActionRegistry& actions, QWidget* parent)
    : QDialog(parent),
      m_theme(theme),
      m_search(new QLineEdit),
      m_list(new QListWidget),
      m_scroll(new QScrollArea),
      m_column(new QVBoxLayout),
      m_nothing(theme::makeLabel(tr("No setting has these words."), theme::Type::Body, "2"))
{
    setWindowTitle(tr("Settings"));
    resize(820, 600);
    m_search->setPlaceholderText(tr("Search settings"));
    m_search->setAccessibleName(tr("Search settings"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    connect(m_search, &QLineEdit::textChanged, this, &SettingsDialog::search);

    m_list->setAccessibleName(tr("Sections"));
    m_list->setFixedWidth(180);
    m_list->setSpacing(1);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row < 0)
            return;
        m_scroll->verticalScrollBar()->setValue(std::max(0, m_headings[row]->y() - 4));
    });

    auto* content = new QWidget;
    content->setProperty("surface", "panel");
    content->setAttribute(Qt::WA_StyledBackground);
    m_column->setContentsMargins(theme::kSpace5, theme::kSpace3, theme::kSpace5, theme::kSpace5);
    m_column->setSpacing(theme::kSpace3);
    content->setLayout(m_column);
    m_column->addWidget(m_nothing);
    m_nothing->hide();
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);

    fillSettings(*this, theme, settings, actions);
    m_column->addStretch(1);
    m_list->setCurrentRow(0);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_list);
    middle->addWidget(m_scroll, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(theme::kSpace3);
    layout->addWidget(m_search);
    layout->addLayout(middle, 1);
    layout->addWidget(buttons);
    m_search->setFocus();
}

void SettingsDialog::addSection(const QString& title)
{
    auto* heading = theme::makeLabel(title, theme::Type::Heading);
    heading->setContentsMargins(0, theme::kSpace3, 0, 0);
    m_column->addWidget(heading);
    m_headings.append(heading);
    m_list->addItem(title);
}

void SettingsDialog::addRow(const QString& label, const QString& hint, QWidget* control)
{
    auto* row = new QWidget;
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(theme::makeLabel(label, theme::Type::Body));
    if (!hint.isEmpty()) {
        auto* second = theme::makeLabel(hint, theme::Type::Label, "2");
        second->setWordWrap(true);
        texts->addWidget(second);
    }
    control->setAccessibleName(label);
    control->setAccessibleDescription(hint);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kSpace4);
    layout->addLayout(texts, 1);
    layout->addWidget(control, 0, Qt::AlignTop);
    m_column->addWidget(row);
    const auto section = static_cast<int>(m_headings.size()) - 1;
    m_rows.append({row, m_list->item(section)->text() + u' ' + label + u' ' + hint, section});
}

void SettingsDialog::search(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    QList<bool> filled(m_headings.size(), false);
    bool any = false;
    for (const Row& row : m_rows) {
        bool fits = true;
        for (const QString& word : words)
            fits = fits && row.words.contains(word, Qt::CaseInsensitive);
        row.widget->setVisible(fits);
        filled[row.section] = filled[row.section] || fits;
        any = any || fits;
    }
    for (int i = 0; i < m_headings.size(); ++i)
        m_headings[i]->setVisible(filled[i]);
    m_nothing->setVisible(!any);
}

int SettingsDialog::rowsShown() const
{
    int count = 0;
    for (const Row& row : m_rows)
        count += !row.widget->isHidden();
    return count;
}

QWidget* SettingsDialog::choice(studio::Setting<QString>& setting, const Choices& choices)
{
    auto* box = new QComboBox;
    box->setMinimumWidth(230);
    for (const auto& [value, text] : choices)
        box->addItem(text, value);
    box->setCurrentIndex(std::max(0, box->findData(setting.value())));
    connect(box, &QComboBox::activated, this,
            [box, &setting] { setting.set(box->currentData().toString()); });
    return box;
}

QWidget* SettingsDialog::number(studio::Setting<int>& setting, int min, int max, int step,
                                const QString& suffix)
{
    auto* box = new QSpinBox;
    box->setMinimumWidth(130);
    box->setRange(min, max);
    box->setSingleStep(step);
    box->setGroupSeparatorShown(true);
    box->setSuffix(suffix);
    box->setValue(setting.value());
    box->setKeyboardTracking(false);
    connect(box, &QSpinBox::valueChanged, this, [&setting](int value) { setting.set(value); });
    return box;
}

QWidget* SettingsDialog::check(studio::Setting<bool>& setting, const QString& text)
{
    auto* box = new QCheckBox(text);
    box->setChecked(setting.value());
    connect(box, &QCheckBox::toggled, this, [&setting](bool on) { setting.set(on); });
    return box;
}

} // namespace app
