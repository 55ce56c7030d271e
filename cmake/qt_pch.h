#pragma once
// The Qt headers that nearly every view includes.
#include <QtCore>
#include <QtGui>
#include <QtWidgets>
