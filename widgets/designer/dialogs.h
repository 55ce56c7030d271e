#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/mapping.h"
#endif

#include <QDialog>

class QCheckBox;
class QLabel;
class QListWidget;
class QTreeWidget;

namespace views {

/// What generating the logical model would add and change, before it does.
class GenerateDialog : public QDialog {
    Q_OBJECT
public:
    GenerateDialog(const theme::Theme& theme, studio::DesignContext& context,
                   QWidget* parent = nullptr);
    /// The model with the tables as previewed.
    [[nodiscard]] const engine::modeling::Model& result() const { return m_result.model; }

private:
    void preview();
    studio::DesignContext& m_context;
    engine::modeling::LogicalResult m_result;
    QTreeWidget* m_tree;
    QCheckBox* m_overwrite;
    QCheckBox* m_merge;
    QLabel* m_summary;
};

/// Which table answers which query, and how. A cell says why.
class CoverageDialog : public QDialog {
    Q_OBJECT
public:
    CoverageDialog(const theme::Theme& theme, studio::DesignContext& context,
                   QWidget* parent = nullptr);
};

/// The legal keys of a query's table side by side, with what each means; one is taken.
class AlternativesDialog : public QDialog {
    Q_OBJECT
public:
    AlternativesDialog(const theme::Theme& theme, studio::DesignContext& context,
                       engine::modeling::ElementId query, QWidget* parent = nullptr);
    /// The partition key of the alternative that was chosen.
    [[nodiscard]] const std::vector<engine::modeling::ElementId>& chosen() const
    {
        return m_chosen;
    }

private:
    std::vector<engine::modeling::ElementId> m_chosen;
};

/// Which keyspaces of a cluster become a model.
class KeyspacesDialog : public QDialog {
    Q_OBJECT
public:
    KeyspacesDialog(const QString& cluster, const QStringList& names, QWidget* parent = nullptr);
    [[nodiscard]] QStringList chosen() const;

private:
    QListWidget* m_list;
};

} // namespace views
