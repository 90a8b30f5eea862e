metadata description = 'Alerting: action group, alert rules and the workbook.'

@description('Region of the log alert rules and the workbook. Log alert rules must be in the region of their workspace.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Resource id of the Log Analytics workspace of the program and its host.')
param workspaceId string

@description('Resource id of the storage account with the backups and the records.')
param storageAccountId string

@description('The jobs to monitor. limitHours is the time without a success that raises an alert: the period of the job plus the time it may be late.')
@minLength(1)
param jobs job[]

@description('Email address for alerts; empty for none.')
param alertEmail string = ''

@description('HTTPS URL that receives alerts in the common alert schema; empty for none. Secure, because its path or query may contain a key.')
@secure()
param alertWebhookUrl string = ''

@description('A job and its alert limit.')
type job = {
  @description('Name of the job, as shown by `cochin status`.')
  @minLength(1)
  name: string

  @description('Hours without a success that raise an alert.')
  @minValue(1)
  limitHours: int
}

// A new workspace has no data, so the alerts ignore missing data until the workspace is older than the limits.
resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: last(split(workspaceId, '/'))
  scope: resourceGroup(split(workspaceId, '/')[2], split(workspaceId, '/')[4])
}

var workspaceCreatedAt = workspace.properties.?createdDate ?? ''

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-cochin-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'cochin'
    enabled: true
    emailReceivers: empty(alertEmail)
      ? []
      : [
          {
            name: 'mail'
            emailAddress: alertEmail
            useCommonAlertSchema: true
          }
        ]
    webhookReceivers: empty(alertWebhookUrl)
      ? []
      : [
          {
            name: 'webhook'
            serviceUri: alertWebhookUrl
            useCommonAlertSchema: true
          }
        ]
  }
}

// All rules resolve automatically, so each alert is sent once per incident; muting is not allowed in combination with that.
// Validation is skipped because the tables of a new workspace don't exist yet; the project's tests check each query
// against the documented columns instead. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule

resource runFailed 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-run-failed-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: a run failed'
    description: 'A run failed, its process died (Lost), or it was too late to be caught up (Missed). Type `./cochin history JOB`, then `./cochin doctor`.'
    severity: 1
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    // Twice the frequency, so that late rows are included.
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/alert-run-failed.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            { name: 'Job', operator: 'Include', values: ['*'] }
            { name: 'Ending', operator: 'Include', values: ['*'] }
          ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource noSuccess 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for job in jobs: {
    name: 'cochin-no-success-${job.name}-${nameToken}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Cochin: no success of ${job.name}'
      description: 'The job ${job.name} has not succeeded for ${job.limitHours} hours, or has sent no telemetry for two days. Type `./cochin history ${job.name}`, then `./cochin doctor`.'
      severity: 1
      enabled: true
      autoMitigate: true
      skipQueryValidation: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT30M'
      windowSize: 'PT30M'
      overrideQueryTimeRange: 'P2D'
      criteria: {
        allOf: [
          {
            query: replace(
              replace(
                replace(loadTextContent('../queries/alert-no-success.kql'), '__JOB__', job.name),
                '__LIMIT_HOURS__',
                string(job.limitHours)
              ),
              '__WORKSPACE_CREATED_AT__',
              workspaceCreatedAt
            )
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

resource silence 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-silence-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: the program is silent'
    description: 'The program has sent no telemetry for two hours: it is not running, or telemetry can\'t be sent. Type `./cochin doctor`, then check the app in the portal.'
    severity: 1
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    overrideQueryTimeRange: 'P2D'
    criteria: {
      allOf: [
        {
          query: replace(
            loadTextContent('../queries/alert-silence.kql'),
            '__WORKSPACE_CREATED_AT__',
            workspaceCreatedAt
          )
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource exceptions 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-exceptions-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: an exception'
    description: 'The program or the Functions host logged an exception. If a job is named, type `./cochin history JOB`; otherwise see the exceptions in the workbook.'
    severity: 2
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/alert-exceptions.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            { name: 'Role', operator: 'Include', values: ['*'] }
            { name: 'ExceptionType', operator: 'Include', values: ['*'] }
          ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'cochin-storage-throttling-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The storage account throttled requests. Type `./cochin history` to find the job that causes the load.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [storageAccountId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.Storage/storageAccounts'
          metricName: 'Transactions'
          // All throttling values except SuccessWithThrottling, which is for SMB only:
          // https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference#metrics-dimensions
          dimensions: [
            {
              name: 'ResponseType'
              operator: 'Include'
              values: [
                'ServerBusyError'
                'ClientThrottlingError'
                'ClientAccountRequestThrottlingError'
                'ClientAccountBandwidthThrottlingError'
              ]
            }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          // A few are normal, for example when the storage moves partitions; the client retries them.
          threshold: 10
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

resource availability 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'cochin-storage-availability-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Requests to the storage account fail on the server side. No data is lost: each job catches up its latest occurrence. Check Azure Service Health, then type `./cochin status`.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [storageAccountId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'availability'
          metricNamespace: 'Microsoft.Storage/storageAccounts'
          metricName: 'Availability'
          timeAggregation: 'Average'
          operator: 'LessThan'
          // In percent. There are few requests per hour, so a single timeout may cost several percent.
          threshold: 90
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

var workbookQueries = {
  'bytes.kql': loadTextContent('../queries/bytes.kql')
  'durations.kql': loadTextContent('../queries/durations.kql')
  'exceptions.kql': loadTextContent('../queries/exceptions.kql')
  'failures.kql': loadTextContent('../queries/failures.kql')
  'items.kql': loadTextContent('../queries/items.kql')
  'jobs.kql': loadTextContent('../queries/jobs.kql')
  'lock-waits.kql': loadTextContent('../queries/lock-waits.kql')
  'outcomes.kql': loadTextContent('../queries/outcomes.kql')
}

// Replaces each query file name in the workbook with the query, and adds the workspace to query.
var workbookFrame = loadJsonContent('../workbook.json')
var workbookContent = union(workbookFrame, {
  fallbackResourceIds: [workspaceId]
  items: map(
    workbookFrame.items,
    item =>
      contains(item.content, 'query')
        ? union(item, {
            content: { query: workbookQueries[item.content.query], crossComponentResources: [workspaceId] }
          })
        : item
  )
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The name must be a GUID; derived from the group and the token, it is the same on every deployment.
  name: guid(resourceGroup().id, nameToken, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Cochin maintenance (${nameToken})'
    description: 'Last run of each job, outcomes, items and bytes, durations, failures.'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: string(workbookContent)
    version: '1.0'
  }
}

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id

@description('Resource id of the workbook.')
output workbookId string = workbook.id
