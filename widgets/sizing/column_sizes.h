#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/sizing.h"
#endif

#include <QTableWidget>

namespace views {

/// What is known of the columns of a table: sizes of values, how many are null, elements of
/// collections. What is not given has a default, which is shown in grey and is a guess. A change is
/// one edit of the model; an emptied field takes the default again.
class ColumnSizes final : public QTableWidget {
    Q_OBJECT
public:
    ColumnSizes(const theme::Theme& theme, studio::DesignContext& context,
                QWidget* parent = nullptr);
    void show(const engine::modeling::ModelTable& table, const engine::modeling::TableSize& size);

    enum Column { Name, Key, Type, Size, Nulls, Elements };

private:
    QTableWidgetItem* cell(int row, int column, const QString& text, bool editable);
    void showRow(int row, const engine::modeling::ModelTable& table,
                 const engine::modeling::ColumnSize& size);
    void edited(int row, int column);
    /// The sizing of a column with what was typed; none if that is no number.
    [[nodiscard]] std::optional<engine::modeling::ColumnSizing>
    taken(const engine::modeling::ColumnSizing& before, int column, const QString& text,
          const engine::modeling::ColumnSize& size) const;

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    engine::modeling::SizeProfile m_profile = engine::modeling::SizeProfile::Largest;
    std::vector<engine::modeling::ColumnSize> m_sizes;
    bool m_filling = false;
};

} // namespace views
